// SPDX-License-Identifier: MIT
#include "server/frame.h"

#include <string.h>

#include "probe/bytes.h"

enum {
    CMD_REFRESH_DEVICE_LIST,
    CMD_GET_NB_DEV,
    CMD_GET_DEV_INFO,
    CMD_OPEN_DEV,
    CMD_CLOSE_DEV,
    CMD_SEND_USB_CMD,
    CMD_GET_SERVER_VERSION,
    CMD_GET_NB_OF_DEV_CLIENTS,
};

#define STATUS_OK                0x00000001u
#define STATUS_BAD_PARAMETER     0x00001002u
#define STATUS_CMD_NOT_AVAILABLE 0x00001053u
#define STATUS_SIZE              4u

#define USB_HEADER    32u /* up to the data of a write */
#define USB_CONNECT   4u
#define USB_COMMAND   8u
#define USB_DIRECTION 24u
#define USB_SIZE      28u

#define DIRECTION_WRITE    0
#define DIRECTION_READ     1
#define DIRECTION_READ_SWO 3

#define DEVICE_ID     1u
#define CONNECT_ID    1u
#define DEV_INFO_SIZE 41u /* TDeviceInfo2 */

#define STLINK_VID 0x0483
#define STLINK_PID 0x3748

static const char serial[] = "53494D554C41544544303031"; /* 24 characters, as a V2 has */

size_t sim__frame_length(const uint8_t *in, size_t size)
{
    static const uint8_t fixed[] = {2, 1, 8, 8, 8, 0, 4, 8};
    uint32_t data;

    if (size == 0)
        return 0;
    if (in[0] >= sizeof(fixed))
        return FRAME_ERROR;
    if (in[0] != CMD_SEND_USB_CMD)
        return fixed[in[0]];
    if (size < USB_HEADER)
        return 0;
    if (in[USB_DIRECTION] != DIRECTION_WRITE)
        return USB_HEADER;
    data = get_le32(in + USB_SIZE);
    return data > FRAME_MAX - USB_HEADER ? FRAME_ERROR : USB_HEADER + data;
}

bool sim__frame_is_usb(const uint8_t *in)
{
    return in[0] == CMD_SEND_USB_CMD;
}

static size_t status_only(uint8_t *out, uint32_t status)
{
    put_le32(out, status);
    return STATUS_SIZE;
}

static size_t device_info(const uint8_t *in, uint8_t *out)
{
    uint32_t size = get_le32(in + 4);

    if (in[1] != 0 || size > FRAME_MAX - STATUS_SIZE)
        return status_only(out, STATUS_BAD_PARAMETER);
    memset(out, 0, STATUS_SIZE + (size > DEV_INFO_SIZE ? size : DEV_INFO_SIZE));
    put_le32(out, STATUS_OK);
    put_le32(out + 4, DEVICE_ID);
    memcpy(out + 8, serial, sizeof(serial) - 1);
    put_le16(out + 40, STLINK_VID);
    put_le16(out + 42, STLINK_PID);
    out[44] = 0; /* not in exclusive use */
    return STATUS_SIZE + size;
}

static size_t open_device(struct frame_session *session, const uint8_t *in, uint8_t *out)
{
    bool known = get_le32(in + 4) == DEVICE_ID;

    if (known && !session->open)
        sim__probe_open(session->probe);
    session->open = session->open || known;
    put_le32(out, known ? STATUS_OK : STATUS_BAD_PARAMETER);
    put_le32(out + 4, known ? CONNECT_ID : 0);
    return STATUS_SIZE + 4;
}

static size_t close_device(struct frame_session *session, const uint8_t *in, uint8_t *out)
{
    if (!session->open || get_le32(in + 4) != CONNECT_ID)
        return status_only(out, STATUS_BAD_PARAMETER);
    session->open = false;
    sim__probe_release(session->probe);
    return status_only(out, STATUS_OK);
}

static size_t usb_command(struct frame_session *session, const uint8_t *in, uint8_t *out)
{
    uint32_t size = get_le32(in + USB_SIZE);

    if (!session->open || get_le32(in + USB_CONNECT) != CONNECT_ID)
        return status_only(out, STATUS_BAD_PARAMETER);
    switch (in[USB_DIRECTION]) {
    case DIRECTION_WRITE:
        sim__probe_write(session->probe, in + USB_COMMAND, in + USB_HEADER, size);
        return status_only(out, STATUS_OK);
    case DIRECTION_READ:
    case DIRECTION_READ_SWO:
        if (size > FRAME_MAX - STATUS_SIZE)
            return status_only(out, STATUS_BAD_PARAMETER);
        put_le32(out, STATUS_OK);
        if (in[USB_DIRECTION] == DIRECTION_READ)
            sim__probe_read(session->probe, in + USB_COMMAND, out + STATUS_SIZE, size);
        else
            memset(out + STATUS_SIZE, 0, size);
        return STATUS_SIZE + size;
    default:
        return status_only(out, STATUS_BAD_PARAMETER);
    }
}

static size_t server_version(const struct frame_session *session, uint8_t *out)
{
    put_le32(out, session->api);
    put_le32(out + 4, 2);
    put_le32(out + 8, 1);
    put_le32(out + 12, 1);
    return 16;
}

size_t sim__frame_answer(struct frame_session *session, const uint8_t *in, size_t size,
                         uint8_t out[FRAME_MAX])
{
    if (sim__frame_length(in, size) != size) {
        session->hang_up = true;
        return status_only(out, STATUS_CMD_NOT_AVAILABLE);
    }
    switch (in[0]) {
    case CMD_REFRESH_DEVICE_LIST:
        return status_only(out, STATUS_OK);
    case CMD_GET_NB_DEV: /* a bare number, without a status */
        put_le32(out, 1);
        return 4;
    case CMD_GET_DEV_INFO:
        return device_info(in, out);
    case CMD_OPEN_DEV:
        return open_device(session, in, out);
    case CMD_CLOSE_DEV:
        return close_device(session, in, out);
    case CMD_SEND_USB_CMD:
        return usb_command(session, in, out);
    case CMD_GET_SERVER_VERSION:
        return server_version(session, out);
    default: /* CMD_GET_NB_OF_DEV_CLIENTS */
        put_le32(out, STATUS_OK);
        put_le32(out + 4, session->probe->users);
        return 8;
    }
}
