// SPDX-License-Identifier: MIT
/**
 * @file ocd.h
 * @brief libocd: the memory layer over OpenOCD.
 *
 * @page api The C API
 *
 * libocd reads, writes, searches and dumps the memory of any chip that OpenOCD can reach. It talks
 * to the Tcl RPC port of a running OpenOCD (0.12 or later), or starts one.
 *
 * @section conventions Conventions
 *
 * - Functions that return `int` return 0 (#OCD_OK) or a negative #ocd_err. What failed, where, how
 *   far the call had come, and OpenOCD's own words are in ocd_last_error().
 * - Addresses, sizes and counts: addresses and sizes are in bytes, counts are in elements. A range
 *   may end at the top of the 64-bit address space, but must not wrap past it. A size or count of 0
 *   succeeds and does nothing.
 * - Strings that the caller passes are copied where they are needed after the call returns; data
 *   buffers are not: they must stay valid until the call or the operation has ended.
 * - Memory that the library hands out is released with ocd_free() unless stated otherwise.
 * - NULL: see @ref null. What may change with a new version: see @ref abi.
 * - *Exact* calls (ocd_read_u8() to ocd_write_u64(), ocd_read_many() without merging) make exactly
 *   one target access of that width for each element, in ascending order. *Bulk* calls
 *   (ocd_read_bytes(), ocd_write_bytes(), ocd_hexdump(), ocd_search(), ocd_dump(), ocd_fill()) use
 *   the widest aligned accesses, never touch a byte outside the range, and choose the fastest path.
 * - The library starts no threads, installs no signal handlers, prints nothing, and keeps no global
 *   state.
 *
 * @section null NULL
 *
 * - If an object, a string, data, a callback or room for a result is NULL although the call needs
 *   it, the call returns #OCD_ERR_ARG and does nothing. Functions that return no error code return
 *   NULL, 0, false or "", ocd_loop_fd() and ocd_loop_timeout() -1. An `_async` call returns NULL
 *   for a NULL session, and otherwise an operation that ends with #OCD_ERR_ARG.
 * - NULL as an operation means that memory was short, because that is why an `_async` call returns
 *   it: ocd_wait(), ocd_op_result() and ocd_op_error() answer #OCD_ERR_NOMEM. So do
 *   ocd_last_error() and the other functions whose name ends in `_error`, for an object that could
 *   not be created.
 * - Releasing or cancelling NULL does nothing.
 * - NULL for settings (struct ocd_call and those whose names end in `_options` or `_layout`) means
 *   the defaults. What else may be NULL is described where it is.
 * - Data of 0 bytes or elements may be NULL.
 *
 * @section abi What may change with a new version
 *
 * - Before 1.0 each minor version may change anything. The name of the shared library
 *   (libocd.so.0.MINOR) and the version of its symbols change with it, and CMake's find_package()
 *   finds the same minor version only: a program never runs with a library that it was not built
 *   for. A new patch version keeps to the rules below.
 * - From 1.0 on programs go on running with every later version of the same major version:
 *   functions, enumerators and flags are only added, and structs keep their size. New fields take
 *   the place of reserved room, and zero there means what it meant before.
 * - Reserved room must be zero, as zero-initialisation leaves it. Reserved room that is not zero,
 *   flags and values of enumerations that the library does not know are refused with #OCD_ERR_ARG:
 *   a program that uses what is new gets an error from an older library, and not something else.
 * - Name the fields in initialisers: {.addr = 0x20000000, .size = 4}. Their order may change.
 * - A new version may hand out more error codes, kinds of values and other enumerators: have a
 *   default for those that you do not know.
 * - Texts (messages, reasons, hints) may change with each version.
 *
 * @section threads Threads
 *
 * A session and its operations may be used by one thread at a time. Different sessions are
 * independent and may be used in different threads at once. ocd_strerror(), ocd_err_name(),
 * ocd_version() and ocd_free() may be called from any thread at any time.
 *
 * @section forks Forks and signals
 *
 * A process that the caller forks inherits the sessions, and must not use them: both processes
 * share the connection. All that it may do is ocd_close(), which there only releases memory and
 * descriptors: the parent's connection, its files, and the OpenOCD that it started are left as they
 * are. The same holds for ocd_image_close() and ocd_image_writer_close(). All descriptors are
 * closed by exec.
 *
 * Signals that the program handles interrupt no call of the library: it goes on waiting. A callback
 * (ocd_call.progress, ocd_image_options.progress) can end it.
 *
 * @section async Blocking and asynchronous calls
 *
 * Each call has a twin whose name ends in `_async`: it starts the operation and returns it at once.
 * The caller's loop then drives the session with ocd_loop_fd(), ocd_loop_events(),
 * ocd_loop_timeout() and ocd_loop_dispatch(), or waits for one operation with ocd_wait(). The
 * blocking call is the asynchronous one plus ocd_wait().
 *
 * Several operations may be under way in a session and share round trips. An operation that starts
 * after a write sees that write. A read that needs only one request (up to 4096 bytes, or up to 64
 * items of ocd_read_many()) may overtake longer reads, and nothing else. Otherwise operations keep
 * the order in which they were started. If a bulk write fails after later operations have sent
 * something, the reported address is that of the failed access, which may begin before the fault.
 *
 * The `_async` form also takes a struct ocd_call with the settings of this one call, so that
 *
 *     ocd_wait(ocd_read_u32_async(session, addr, values, n, &(struct ocd_call){.target = "cpu1"}));
 *
 * is the blocking read with settings of its own.
 *
 * @section time Time
 *
 * Each call has a time limit, ocd_options.timeout_ms or ocd_call.timeout_ms, after which it fails
 * with #OCD_ERR_TIMEOUT:
 *
 * - A *bulk* call ends when no request has been completed for this time: however much it moves, it
 *   goes on as long as it makes progress. Bytes of a reply that is not yet whole are no progress.
 *   Bulk calls are ocd_read_bytes(), ocd_write_bytes(), ocd_fill(), ocd_hexdump(), ocd_search(),
 *   ocd_dump(), ocd_load(), ocd_verify(), ocd_copy() with all their forms, and typed arrays and
 *   ocd_read_many() where they need more than one request.
 * - Any other call ends when it has taken this time.
 * - The time that an operation waits for earlier ones of the session does not count: its time
 *   begins with the last request that was completed before it.
 *
 * The first bulk request of a session moves 16 KiB (8 KiB as text); later ones move as much as
 * takes about 25 ms, from 4 KiB to 128 KiB. `deadline_ms` limits a whole call, bulk calls included.
 * There 0 is the default, and #OCD_TIMEOUT_NONE no limit.
 *
 * @section limits Limits
 *
 * - A reply of OpenOCD may have 64 MiB, one to a memory access 16 MiB; a longer one ends the
 *   session with #OCD_ERR_PROTOCOL.
 * - A command, quoted and in its wrapper of some 200 bytes, may have 4 MiB less 4 KiB; OpenOCD does
 *   not answer to longer lines (its src/server/tcl_server.c). Longer ones are refused with
 *   #OCD_ERR_ARG.
 * - At most 256 requests of a session are without an answer at any time.
 * - A range of any size needs at most 8 MiB besides the caller's buffer and what the call hands
 *   out. A reply needs up to twice its size while it is received.
 * - A session asks for at most 192 KiB before it has read the replies, so that a client which is
 *   stopped does not make OpenOCD wait, and with it all its other clients. Only where the round
 *   trip to the server is longer than the server's time for a request it asks for more, at most for
 *   4 MiB.
 * - Each request of bulk data uses one temporary file of the server, of at most 128 KiB, in its
 *   memory file system (/dev/shm) or its directory for temporary files. On Linux the file has no
 *   name, so that nothing is left when a process is killed; where OpenOCD runs on another system, a
 *   kill of OpenOCD may leave one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks what the shared library exports. */
#if defined(__GNUC__)
#define OCD_API __attribute__((visibility("default")))
#else
#define OCD_API
#endif

/** @defgroup version Version
 *  @{ */

#define OCD_VERSION_MAJOR 0 /**< Incremented when the API breaks. See @ref abi. */
#define OCD_VERSION_MINOR 1 /**< Incremented when the API grows; before 1.0 it may break. */
#define OCD_VERSION_PATCH 0 /**< Incremented otherwise. */

/** The version of this header as one number, 0xMMmmpp, for comparisons by the preprocessor. */
#define OCD_VERSION_NUMBER                                                                         \
    ((OCD_VERSION_MAJOR << 16) | (OCD_VERSION_MINOR << 8) | OCD_VERSION_PATCH)

/**
 * @brief The version of the library that is linked at run time.
 * @return A constant string such as "0.1.0".
 */
OCD_API const char *ocd_version(void);

/** @} */

/** @defgroup errors Errors
 *  @{ */

/**
 * @brief Every error: name, number, text. The ranges say who failed: -1 the caller, -100 this
 *        system, -200 the connection, -300 the protocol, -400 OpenOCD or the target.
 */
#define OCD_ERROR_MAP(X)                                                                           \
    X(ARG, -1, "invalid argument")                                                                 \
    X(NOMEM, -2, "out of memory")                                                                  \
    X(CANCELLED, -3, "cancelled")                                                                  \
    X(BUSY, -4, "not allowed inside a callback of the same session")                               \
    X(READ_ONLY, -5, "the session may not write there")                                            \
    X(EXPRESSION, -6, "invalid expression")                                                        \
    X(RANGE, -7, "the value does not fit")                                                         \
    X(UNSUPPORTED_BUILD, -8, "this libocd was built without ELF support")                          \
    X(SYSTEM, -100, "system call failed")                                                          \
    X(FILE, -101, "local file error")                                                              \
    X(PROCESS, -102, "OpenOCD could not be started")                                               \
    X(FORMAT, -103, "file format error")                                                           \
    X(NO_SYMBOL, -104, "no such name")                                                             \
    X(AMBIGUOUS, -105, "ambiguous name")                                                           \
    X(NO_VALUE, -106, "no value in memory")                                                        \
    X(RESOLVE, -200, "host name not resolved")                                                     \
    X(CONNECT, -201, "no connection")                                                              \
    X(CLOSED, -202, "connection closed")                                                           \
    X(TIMEOUT, -203, "timed out")                                                                  \
    X(PROTOCOL, -300, "malformed reply")                                                           \
    X(NOT_OPENOCD, -301, "the server is not OpenOCD's Tcl RPC port")                               \
    X(UNSUPPORTED, -302, "this OpenOCD is too old")                                                \
    X(COMMAND, -400, "OpenOCD refused the command")                                                \
    X(TARGET, -401, "target access failed")                                                        \
    X(NOT_HALTED, -402, "target not halted")                                                       \
    X(NO_TARGET, -403, "no such target")                                                           \
    X(MISMATCH, -404, "memory differs")                                                            \
    X(NO_REGISTER, -405, "no such register")                                                       \
    X(NOT_EXAMINED, -406, "OpenOCD has not examined the target")                                   \
    X(ASLEEP, -407, "the target sleeps")                                                           \
    X(NO_ANSWER, -408, "the target does not answer")                                               \
    X(PROBE, -409, "the debug probe does not answer")

/** @brief Error codes. #OCD_ERROR_MAP has the text of each. */
enum ocd_err {
    OCD_OK = 0,      /**< Success. */
    OCD_PENDING = 1, /**< ocd_op_result(): the operation is still under way. Not an error. */
#define OCD_ERROR_ENUM(name, number, text) OCD_ERR_##name = number, /**< text */
    OCD_ERROR_MAP(OCD_ERROR_ENUM)
#undef OCD_ERROR_ENUM
};

/**
 * @brief What is known of a failure. All pointers belong to the session or operation asked.
 *
 * @ref reason and @ref hint come from one table of causes, which are found by OpenOCD's words and
 * by what the operation knows, such as the alignment of the address and the flash banks. They are
 * for people and may change with each version; programs compare @ref code.
 */
struct ocd_error {
    int code;             /**< An #ocd_err, or #OCD_OK if nothing has failed. */
    uint64_t addr;        /**< First address that failed, if known; see @ref has_addr. */
    bool has_addr;        /**< Whether @ref addr is known. */
    uint64_t done;        /**< Elements (typed calls) or bytes (others) that succeeded so far. */
    int system_errno;     /**< `errno` of the system call that failed, or 0. */
    int tcl_code;         /**< What Tcl's `catch` returned for @ref command, 1 for an error; other
                               numbers are OpenOCD's own, such as -4. 0 if it has not been answered,
                               or if OpenOCD claims success. */
    const char *command;  /**< The Tcl command that failed, or whose answer did not come in time or
                             at all, then up to its first 4096 bytes; "" if there is none. */
    const char *message;  /**< OpenOCD's or the system's own words, whole; "" if there are none. */
    const char *text;     /**< One line for people: what was asked, where, and why it failed. */
    const char *reason;   /**< The line of @ref message that says why; "" if there is none. */
    const char *hint;     /**< What to try, one sentence that follows from the cause; "" if nothing
                               is known. A command of the tool is in quotation marks: 'ocd halt'. */
    uint64_t reserved[4]; /**< Reserved; zero. */
};

/**
 * @brief The text of an error code.
 * @param code An #ocd_err.
 * @return A constant string; "unknown error" for any other number.
 */
OCD_API const char *ocd_strerror(int code);

/**
 * @brief The name of an error code.
 * @param code An #ocd_err.
 * @return A constant string such as "OCD_ERR_TIMEOUT"; "unknown" for any other number.
 */
OCD_API const char *ocd_err_name(int code);

/** @} */

/** @defgroup session Sessions
 *  @{ */

struct ocd_session; /**< A connection to one OpenOCD. Opaque. */
struct ocd_op;      /**< An operation under way. Opaque. */

/** No limit, as a value of `timeout_ms` and `deadline_ms`; 0 there is the default. */
#define OCD_TIMEOUT_NONE UINT32_MAX

/**
 * @brief Reports each Tcl command as it is sent and each reply as it arrives, for tracing.
 * @param direction '>' for a command, '<' for a reply, '|' for a line of a started OpenOCD's log,
 *                  '~' for a command that #OCD_WRITE_DRY_RUN keeps back.
 * @param text      The bytes, not NUL-terminated; valid during the call only.
 * @param size      Number of bytes.
 * @param user      ocd_options.trace_user.
 */
typedef void (*ocd_trace_fn)(char direction, const char *text, size_t size, void *user);

/**
 * @brief Reports that the connection has been lost, and that it is back; see
 * ocd_options.connection.
 *
 * Called from within ocd_loop_dispatch() or ocd_wait(), once for each loss and once for each
 * return. It may start operations, but not wait for them.
 *
 * @param connected False: lost; true: a later call has connected again (ocd_options.reconnect) or
 *                  started OpenOCD again.
 * @param error     Why it was lost, valid during the call only; NULL when it is back.
 * @param user      ocd_options.connection_user.
 */
typedef void (*ocd_connection_fn)(bool connected, const struct ocd_error *error, void *user);

/** @brief A range of addresses. */
struct ocd_range {
    uint64_t addr;        /**< First address. */
    uint64_t size;        /**< Bytes. */
    uint64_t reserved[2]; /**< Reserved; zero. */
};

/**
 * @brief Settings of a session. Zero-initialise it: 0 and NULL mean the defaults.
 *
 * The library copies what it needs; the structure may be discarded after the call.
 */
struct ocd_options {
    const char *host;     /**< Host name or address of OpenOCD. NULL: "localhost". */
    uint16_t port;        /**< Its Tcl RPC port. 0: 6666. */
    uint32_t timeout_ms;  /**< A call fails with #OCD_ERR_TIMEOUT when it has taken this many
                               milliseconds, connecting included; a bulk call, when none of its
                               requests has been completed for this time (see @ref time). 0: 10000.
                               #OCD_TIMEOUT_NONE: no limit. */
    uint32_t deadline_ms; /**< Milliseconds that a whole call may take, bulk calls included. 0 and
                               #OCD_TIMEOUT_NONE: no limit. */
    const char *target;   /**< Target of the session's calls. NULL: OpenOCD's current target. */
    bool phys;            /**< Addresses are physical: the target's MMU is bypassed. */
    bool reconnect;       /**< When the connection has been lost, the next call connects again; with
                               ocd_start() it starts OpenOCD again, with the same arguments.
                               Operations under way fail when it is lost: nothing is ever sent
                               twice. */

    bool wait_server; /**< ocd_connect(), and connecting again: wait, within the timeout, for an
                           OpenOCD that is still starting: one whose port is not open yet, that
                           does not answer yet, closes the connection or has not run `init`. Without
                         it the first two are #OCD_ERR_CONNECT and a wait for the answer. */

    bool read_only; /**< Refuse every write with #OCD_ERR_READ_ONLY before anything
                         is sent, and ocd_command() too, which could write. */
    const struct ocd_range *writable; /**< Writes must lie wholly within one of these ranges; others
                                           are refused as with @ref read_only, as are registers,
                                           code that is run on the core (#OCD_VERIFY_FAST), and
                                           ocd_command(). NULL: anywhere. */
    size_t writable_count;            /**< Elements in @ref writable. */

    ocd_trace_fn trace; /**< Called with all that is sent and received, or NULL. It must not call
                             the library. */
    void *trace_user;   /**< Handed to @ref trace. */

    ocd_connection_fn connection; /**< Called when the connection has been lost and when it is back,
                                       or NULL. A loss while nothing is under way is seen by the
                                     next call of the session, or by an event loop: ocd_loop_fd()
                                     becomes readable then. Not called for a first connection that
                                     fails, nor by ocd_close(). */
    void *connection_user;        /**< Handed to @ref connection. */

    const char *openocd;     /**< ocd_start(): the program. NULL: $OCD_OPENOCD, else "openocd". */
    const char *config;      /**< ocd_start(): OpenOCD's arguments as one string, split into words
                                  as a shell does (quotes and backslashes, no expansion), e.g.
                                  "-f interface/stlink.cfg -f target/stm32f1x.cfg". */
    const char *const *args; /**< ocd_start(): more arguments, one string each, ended by NULL.
                                  They follow @ref config. NULL: none. */
    uint64_t reserved[16];   /**< Reserved; zero. */
};

/**
 * @brief Connects to a running OpenOCD.
 *
 * All addresses that the host name resolves to are tried, IPv6 and IPv4. Where every one refuses
 * the connection, that is #OCD_ERR_CONNECT at once, unless ocd_options.wait_server is set. An
 * address that does not answer is tried again, with a new connection each time, until the timeout
 * is over: OpenOCD lets one connection wait, and the system drops some of those that come at the
 * same time.
 *
 * @param[out] session Receives the session, to be closed with ocd_close(). After a failure it
 *                     receives a session that answers ocd_last_error() and nothing else, and must
 *                     be closed too; it is NULL only after #OCD_ERR_NOMEM and when @p session
 *                     itself is NULL.
 * @param options Settings, or NULL for the defaults.
 * @retval OCD_OK Connected.
 * @retval OCD_ERR_ARG @p session is NULL or an option is invalid.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_SYSTEM A system call failed.
 * @retval OCD_ERR_RESOLVE The host name could not be resolved.
 * @retval OCD_ERR_CONNECT No address accepted the connection.
 * @retval OCD_ERR_CLOSED The server closed the connection without an answer.
 * @retval OCD_ERR_TIMEOUT Not connected in time.
 * @retval OCD_ERR_NOT_OPENOCD Something else answers on that port.
 * @retval OCD_ERR_UNSUPPORTED OpenOCD refused what every version from 0.12 on answers.
 * @retval OCD_ERR_NO_TARGET ocd_options.target names no target of that OpenOCD.
 */
OCD_API int ocd_connect(struct ocd_session **session, const struct ocd_options *options);

/**
 * @brief Starts an OpenOCD and connects to it.
 *
 * The process runs with its GDB and telnet ports disabled (unless @ref ocd_options.config sets
 * them) on a Tcl port of its own choice. It never outlives the session: it ends with ocd_close(),
 * and also when the calling process ends in whatever way. The call waits until the port answers or
 * the process has died; in the latter case ocd_last_error() holds the last lines of its log.
 *
 * @param[out] session As for ocd_connect().
 * @param options Settings; ocd_options.host and ocd_options.port are ignored.
 * @retval OCD_OK Started and connected.
 * @retval OCD_ERR_PROCESS The program is missing, or it ended: see ocd_error.message.
 * @return Otherwise as ocd_connect().
 */
OCD_API int ocd_start(struct ocd_session **session, const struct ocd_options *options);

/**
 * @brief Ends the OpenOCD that the session has started, and starts it again with the same
 * arguments: for a probe that is plugged in again (#OCD_ERR_PROBE), or an OpenOCD that hangs.
 *
 * What is under way ends with #OCD_ERR_CLOSED. The target of the session and the events that are
 * watched are as before; breakpoints are gone, and the port may be another. The old OpenOCD is
 * waited for, 3.5 seconds at the most; then as ocd_start().
 *
 * @param session A session of ocd_start(), connected or not.
 * @retval OCD_OK Started and connected.
 * @retval OCD_ERR_ARG The session has not started its OpenOCD; nothing was done.
 * @retval OCD_ERR_BUSY Inside a callback of the session, or while it is being started.
 * @return Otherwise as ocd_start(); the call may be made again.
 */
OCD_API int ocd_restart(struct ocd_session *session);

/**
 * @brief Closes a session, ends an OpenOCD that it started, and releases everything.
 *
 * Operations still under way end with #OCD_ERR_CANCELLED without a callback; those not yet released
 * with ocd_op_free() remain valid for ocd_op_result(), ocd_op_error() and ocd_op_free() only.
 * Inside a callback of the session the release takes place when ocd_loop_dispatch() returns.
 *
 * It does not wait for the server. An OpenOCD that the session started is waited for, 3.5 seconds
 * at the most: one that is blocked by its probe ignores SIGTERM.
 *
 * @param session The session, or NULL.
 */
OCD_API void ocd_close(struct ocd_session *session);

/**
 * @brief The detail of the session's last failure.
 * @param session The session. NULL is answered with #OCD_ERR_NOMEM's texts.
 * @return Never NULL. It belongs to the session and is valid until the session's next call. A
 *         success does not clear it.
 */
OCD_API const struct ocd_error *ocd_last_error(const struct ocd_session *session);

/**
 * @brief OpenOCD's own version line.
 * @param session A connected session.
 * @return Such as "Open On-Chip Debugger 0.12.0"; belongs to the session. "" when not connected.
 */
OCD_API const char *ocd_server_version(const struct ocd_session *session);

/** @brief What a session can do; bits of ocd_features(). */
enum ocd_feature {
    OCD_FEATURE_MEMORY = 1u << 0,  /**< The server has `read_memory` and `write_memory`. */
    OCD_FEATURE_RAW = 1u << 1,     /**< Bulk data move as raw bytes, through a temporary file of the
                                        server. Without it they move as text, which is slower:
                                        ocd_text_reason() says why. */
    OCD_FEATURE_STARTED = 1u << 2, /**< The session started this OpenOCD. */
    OCD_FEATURE_CONFIRM = 1u << 3, /**< The session has met a RISC-V target of OpenOCD 0.12, which
                                        answers zeros and success where several values cannot be
                                        read through the program buffer. Zeros of bulk reads are
                                        confirmed by single reads there. */
};

/**
 * @brief What the session can do.
 * @param session A session.
 * @return Bits of #ocd_feature; 0 when not connected.
 */
OCD_API unsigned ocd_features(const struct ocd_session *session);

/**
 * @brief Why bulk data move as text and not as raw bytes.
 *
 * The answer is found out when the session connects, without touching the target: OpenOCD can make
 * no temporary file, or its limit for the size of a file (`ulimit -f`) is below 4096 bytes.
 *
 * @param session A session.
 * @return A line in the server's words; belongs to the session and is valid until it connects again
 *         or is closed. "" with #OCD_FEATURE_RAW, and when not connected.
 */
OCD_API const char *ocd_text_reason(const struct ocd_session *session);

/**
 * @brief The TCP port that the session is, or was, connected to.
 * @param session A session.
 * @return The port, 0 when none is known yet.
 */
OCD_API uint16_t ocd_port(const struct ocd_session *session);

/**
 * @brief Releases what the library has handed out.
 * @param memory What was handed out, or NULL.
 */
OCD_API void ocd_free(void *memory);

/** @} */

/** @defgroup operations Operations and event loops
 *  @{ */

/**
 * @brief Called once when an operation has ended, from within ocd_loop_dispatch() or ocd_wait().
 * @param op     The operation. It may be released here with ocd_op_free().
 * @param result #OCD_OK or the error.
 * @param user   ocd_call.user.
 */
typedef void (*ocd_done_fn)(struct ocd_op *op, int result, void *user);

/**
 * @brief Reports progress of a bulk operation.
 * @param done  Bytes done; with #OCD_DUMP_RESUME, the first call says how many were dumped before.
 * @param total Bytes in all.
 * @param user  ocd_call.user.
 * @return 0 to go on; anything else cancels the operation, which ends with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_progress_fn)(uint64_t done, uint64_t total, void *user);

/**
 * @brief Reports a range that could not be read, when #OCD_READ_SKIP_UNREADABLE is given.
 * @param addr First unreadable address.
 * @param size Bytes. Neighbouring unreadable bytes are reported as one range, ranges in ascending
 *             order.
 * @param user ocd_call.user.
 */
typedef void (*ocd_unreadable_fn)(uint64_t addr, uint64_t size, void *user);

/** @brief Whether addresses are physical. */
enum ocd_space {
    OCD_SPACE_SESSION = 0,  /**< As ocd_options.phys says. */
    OCD_SPACE_VIRTUAL = 1,  /**< As the core sees them. */
    OCD_SPACE_PHYSICAL = 2, /**< Bypassing the MMU. */
};

/** @brief Flags of a call. */
enum ocd_call_flag {
    /** ocd_read_bytes(), ocd_hexdump(), ocd_dump(): go on after unreadable memory, which is
     * reported to ocd_call.unreadable and filled with ocd_call.fill (shown as `??` in a hexdump).
     * The bounds of an unreadable range are exact to the word. Readable memory between two of them
     * is found if it has 4096 bytes; less may be reported as unreadable with them, because the end
     * is looked for in steps of up to that size. */
    OCD_READ_SKIP_UNREADABLE = 1u << 1,
    /** Writes: read back and compare; a difference is #OCD_ERR_MISMATCH at the first differing
     *  address. */
    OCD_WRITE_VERIFY = 1u << 2,
    /** ocd_dump(): after a failure keep what has been read, beside the file as
     *  `.NAME.ocd-part-ADDRESS-SIZE`, and go on there when the same dump is started with this flag
     *  again. Up to 16 blocks of 4 KiB of it, the first, the last and others spread evenly between
     *  them, are first compared with the memory (up to 64 KiB: all of it); if one differs the dump
     *  starts over. */
    OCD_DUMP_RESUME = 1u << 3,
    /** Writes: send nothing that writes. Each command that would be sent is handed to
     *  ocd_options.trace with '~' instead, as text, even if its bytes would be sent raw, and counts
     *  as done. What has to be known before is asked for; #OCD_WRITE_VERIFY is left out. Reads are
     *  carried out. Calls other than reads and writes of memory refuse the flag with #OCD_ERR_ARG.
     */
    OCD_WRITE_DRY_RUN = 1u << 4,
    /** Registers: ask the target for values that OpenOCD has, too. Those that were written and not
     *  yet passed on are kept. */
    OCD_READ_REGISTERS_FORCE = 1u << 5,
    /** ocd_verify(): by checksums. */
    OCD_VERIFY_FAST = 1u << 6,
};

/** @brief Settings of one call. Zero-initialise it; NULL means the defaults. */
struct ocd_call {
    const char *target;       /**< Target of this call. NULL: the session's. */
    enum ocd_space space;     /**< Address space. */
    uint32_t timeout_ms;      /**< As ocd_options.timeout_ms. 0: the session's. */
    uint32_t deadline_ms;     /**< As ocd_options.deadline_ms. 0: the session's. */
    unsigned flags;           /**< Bits of #ocd_call_flag. */
    uint8_t fill;             /**< What unreadable bytes become with #OCD_READ_SKIP_UNREADABLE. */
    ocd_done_fn done;         /**< Called when the operation has ended, or NULL. */
    ocd_progress_fn progress; /**< Called as bulk data arrive, or NULL. */
    ocd_unreadable_fn unreadable; /**< Called for each unreadable range, or NULL. */
    void *user;                   /**< Handed to the callbacks. */
    uint64_t reserved[8];         /**< Reserved; zero. */
};

/**
 * @brief Waits for an operation, releases it, and returns its result.
 *
 * Other operations of the session make progress meanwhile and their callbacks are called.
 *
 * @param op The operation; NULL (what an `_async` call answers when memory is short) is allowed.
 * @return The operation's result: the codes of the call that started it. #OCD_ERR_NOMEM if @p op is
 *         NULL. #OCD_ERR_BUSY inside a callback of the same session: the operation is untouched.
 */
OCD_API int ocd_wait(struct ocd_op *op);

/**
 * @brief Cancels an operation. It ends with #OCD_ERR_CANCELLED; its callback is called from the
 * next ocd_loop_dispatch(). Replies that are still to come are dropped; the session stays usable.
 * OpenOCD still does what it has already been asked to do.
 * @param op The operation; one that has ended stays as it is. NULL does nothing.
 */
OCD_API void ocd_cancel(struct ocd_op *op);

/**
 * @brief The result of an operation.
 * @param op The operation.
 * @return #OCD_PENDING while it is under way, then its result. #OCD_ERR_NOMEM if @p op is NULL.
 */
OCD_API int ocd_op_result(const struct ocd_op *op);

/**
 * @brief The detail of an operation's failure.
 * @param op The operation.
 * @return Never NULL; valid until ocd_op_free(). Its code is #OCD_OK while nothing has failed.
 */
OCD_API const struct ocd_error *ocd_op_error(const struct ocd_op *op);

/**
 * @brief Releases an operation; one still under way is cancelled without a callback.
 * @param op The operation, or NULL.
 */
OCD_API void ocd_op_free(struct ocd_op *op);

/**
 * @brief The descriptor to poll for a session. It may change while connecting: ask before each
 * poll.
 * @param session The session.
 * @return A descriptor, or -1 when there is none to wait for.
 */
OCD_API int ocd_loop_fd(const struct ocd_session *session);

/**
 * @brief The poll(2) events to wait for on ocd_loop_fd().
 * @param session The session.
 * @return POLLIN, POLLOUT, both or 0.
 */
OCD_API short ocd_loop_events(const struct ocd_session *session);

/**
 * @brief How long the caller's poll may wait before it must call ocd_loop_dispatch() all the same.
 * @param session The session.
 * @return Milliseconds, 0 when there is something to do at once, -1 for no limit.
 */
OCD_API int ocd_loop_timeout(const struct ocd_session *session);

/**
 * @brief Does what can be done without waiting: sends, receives, expires deadlines, calls
 * callbacks.
 * @param session The session.
 * @retval OCD_OK The session goes on.
 * @retval OCD_ERR_ARG @p session is NULL.
 * @retval OCD_ERR_BUSY Called inside a callback of the same session.
 * @retval OCD_ERR_CLOSED The session has no connection (any more) and no operation under way.
 */
OCD_API int ocd_loop_dispatch(struct ocd_session *session);

/** @brief ocd_connect() as an operation. @p session receives the session at once; it is connected
 *         when the operation succeeds, and must be closed whatever becomes of it. NULL only if
 *         memory is short or @p session is NULL. */
OCD_API struct ocd_op *ocd_connect_async(struct ocd_session **session,
                                         const struct ocd_options *options,
                                         const struct ocd_call *call);
/** @brief ocd_start() as an operation. See ocd_connect_async(). */
OCD_API struct ocd_op *ocd_start_async(struct ocd_session **session,
                                       const struct ocd_options *options,
                                       const struct ocd_call *call);
/** @brief ocd_restart() as an operation. It waits for the end of the old OpenOCD at once. NULL if
 *         memory is short. */
OCD_API struct ocd_op *ocd_restart_async(struct ocd_session *session, const struct ocd_call *call);

/** @} */

/**
 * @defgroup memory Memory
 *
 * Codes that every memory call can return, besides those named with each:
 * - #OCD_ERR_ARG: a pointer is NULL, the range wraps past the address space, or it goes beyond 32
 *   bits where the target's type is known to have no more (OpenOCD would cut the address off and
 *   access something else); nothing was accessed.
 * - #OCD_ERR_NOMEM: out of memory.
 * - #OCD_ERR_READ_ONLY: a write that ocd_options.read_only or ocd_options.writable forbids; nothing
 *   was sent.
 * - #OCD_ERR_CANCELLED: cancelled by ocd_cancel(), by the progress callback or by ocd_close().
 * - #OCD_ERR_BUSY: a blocking call inside a callback of the same session.
 * - #OCD_ERR_CLOSED: the connection is gone.
 * - #OCD_ERR_TIMEOUT: not finished in time. The session stays usable.
 * - #OCD_ERR_PROTOCOL: the reply has not the number and form of values that were asked for.
 * - #OCD_ERR_UNSUPPORTED: this OpenOCD has no `read_memory` (it is older than 0.12).
 * - #OCD_ERR_TARGET: an access failed although the target is present: ocd_error.addr is the first
 *   unreadable (unwritable) address as far as it is known.
 * - #OCD_ERR_NOT_EXAMINED, #OCD_ERR_ASLEEP, #OCD_ERR_NO_ANSWER, #OCD_ERR_PROBE: an access failed
 *   because the target or its probe is absent, whatever the address. #OCD_READ_SKIP_UNREADABLE does
 *   not skip these. After a failed access the library asks OpenOCD which of these it is; of a
 *   Cortex-M it reads DHCSR (0xE000EDF0) for that. docs/reliability.md says what to do.
 *   #OCD_ERR_NOT_EXAMINED is also the answer of an OpenOCD that has not run `init`, and for a
 *   target whose TAP is disabled; ocd_error.hint says which.
 * - #OCD_ERR_NOT_HALTED: memory of this target can be accessed only while it is halted.
 * - #OCD_ERR_MISMATCH: with #OCD_WRITE_VERIFY, what was read back is not what was written.
 * - #OCD_ERR_NO_TARGET: the session's or call's target does not exist.
 *
 * After a failed read the first ocd_error.done elements (bytes) of the output are valid; the rest
 * is unspecified. After a failed write the first ocd_error.done elements (bytes) are written; any
 * of the rest may be.
 *  @{
 */

/** @name Typed reads
 *  @{ */

/**
 * @brief Reads elements of one width.
 *
 * Exactly one access of the width for each element, in ascending order. Values are in the host's
 * byte order: the target's is taken into account by OpenOCD. The address need not be aligned, but
 * some targets refuse unaligned accesses.
 *
 * Where the target or OpenOCD refuses width 64 (Cortex-M on 0.12), the 64-bit calls make two 32-bit
 * accesses for each element, the lower address first, combined in the target's byte order. This is
 * found out at the first such call and remembered for each target.
 *
 * @param session A connected session.
 * @param addr    Address of the first element.
 * @param[out] values Receives @p count elements.
 * @param count   Number of elements, any.
 * @return 0 or an error; see @ref memory.
 */
OCD_API int ocd_read_u8(struct ocd_session *session, uint64_t addr, uint8_t *values, size_t count);
OCD_API int ocd_read_u16(struct ocd_session *session, uint64_t addr, uint16_t *values,
                         size_t count);
OCD_API int ocd_read_u32(struct ocd_session *session, uint64_t addr, uint32_t *values,
                         size_t count);
OCD_API int ocd_read_u64(struct ocd_session *session, uint64_t addr, uint64_t *values,
                         size_t count);
/** @} */

/** @name Typed reads as operations
 *  @{ */

/** @brief The typed read of that width as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_u8_async(struct ocd_session *session, uint64_t addr,
                                         uint8_t *values, size_t count,
                                         const struct ocd_call *call);
OCD_API struct ocd_op *ocd_read_u16_async(struct ocd_session *session, uint64_t addr,
                                          uint16_t *values, size_t count,
                                          const struct ocd_call *call);
OCD_API struct ocd_op *ocd_read_u32_async(struct ocd_session *session, uint64_t addr,
                                          uint32_t *values, size_t count,
                                          const struct ocd_call *call);
OCD_API struct ocd_op *ocd_read_u64_async(struct ocd_session *session, uint64_t addr,
                                          uint64_t *values, size_t count,
                                          const struct ocd_call *call);
/** @} */

/** @name Typed writes
 *  @{ */

/**
 * @brief Writes elements of one width.
 *
 * As the typed reads. An array of more than 65536 elements is sent in chunks; the next chunk is
 * sent only when the one before it has succeeded.
 *
 * @param session A connected session.
 * @param addr    Address of the first element.
 * @param values  @p count elements in the host's byte order.
 * @param count   Number of elements, any.
 * @return 0 or an error; see @ref memory.
 */
OCD_API int ocd_write_u8(struct ocd_session *session, uint64_t addr, const uint8_t *values,
                         size_t count);
OCD_API int ocd_write_u16(struct ocd_session *session, uint64_t addr, const uint16_t *values,
                          size_t count);
OCD_API int ocd_write_u32(struct ocd_session *session, uint64_t addr, const uint32_t *values,
                          size_t count);
OCD_API int ocd_write_u64(struct ocd_session *session, uint64_t addr, const uint64_t *values,
                          size_t count);
/** @} */

/** @name Typed writes as operations
 *  @{ */

/** @brief The typed write of that width as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_u8_async(struct ocd_session *session, uint64_t addr,
                                          const uint8_t *values, size_t count,
                                          const struct ocd_call *call);
OCD_API struct ocd_op *ocd_write_u16_async(struct ocd_session *session, uint64_t addr,
                                           const uint16_t *values, size_t count,
                                           const struct ocd_call *call);
OCD_API struct ocd_op *ocd_write_u32_async(struct ocd_session *session, uint64_t addr,
                                           const uint32_t *values, size_t count,
                                           const struct ocd_call *call);
OCD_API struct ocd_op *ocd_write_u64_async(struct ocd_session *session, uint64_t addr,
                                           const uint64_t *values, size_t count,
                                           const struct ocd_call *call);
/** @} */

/**
 * @brief Reads one element, clears and sets bits of it, and writes it: (value & ~clear) | set.
 *
 * Exactly one read and one write of the width; the write is made also where the value stays the
 * same. Where a bit is in both masks it is set, so that a field is replaced with its mask and its
 * new value.
 *
 * It is not atomic: the two accesses are requests of their own. What the target, another client of
 * OpenOCD or the hardware writes between them is overwritten, and a register that does not read
 * back what was written needs care. Halt the target where its program uses the same word.
 *
 * @param session    A connected session.
 * @param addr       Address of the element.
 * @param width      Its width in bits: 8, 16, 32 or 64 (as for ocd_read_u64()).
 * @param clear_mask Bits that become 0.
 * @param set_mask   Bits that become 1.
 * @param[out] before Receives the value that was read; unchanged if that failed. May be NULL.
 * @retval OCD_ERR_ARG Another width, or a mask that does not fit in it.
 * @return Otherwise 0 or an error; see @ref memory. ocd_error.done is 0: where the write has failed
 *         the element may have either value. #OCD_WRITE_VERIFY and #OCD_WRITE_DRY_RUN are for the
 *         write.
 */
OCD_API int ocd_modify(struct ocd_session *session, uint64_t addr, unsigned width,
                       uint64_t clear_mask, uint64_t set_mask, uint64_t *before);
/** @brief ocd_modify() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_modify_async(struct ocd_session *session, uint64_t addr, unsigned width,
                                        uint64_t clear_mask, uint64_t set_mask, uint64_t *before,
                                        const struct ocd_call *call);

/**
 * @brief Reads bytes, in the order of their addresses.
 * @param session A connected session.
 * @param addr    First address.
 * @param[out] data Receives @p size bytes.
 * @param size    Bytes, any number.
 * @return 0 or an error; see @ref memory. When the target refuses an access ocd_error.addr is
 *         exactly the first unreadable address, and @p data has all bytes before it.
 */
OCD_API int ocd_read_bytes(struct ocd_session *session, uint64_t addr, void *data, size_t size);
/** @brief ocd_read_bytes() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_bytes_async(struct ocd_session *session, uint64_t addr, void *data,
                                            size_t size, const struct ocd_call *call);

/**
 * @brief Writes bytes.
 * @param session A connected session.
 * @param addr    First address.
 * @param data    @p size bytes.
 * @param size    Bytes, any number.
 * @return 0 or an error; see @ref memory.
 */
OCD_API int ocd_write_bytes(struct ocd_session *session, uint64_t addr, const void *data,
                            size_t size);
/** @brief ocd_write_bytes() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_bytes_async(struct ocd_session *session, uint64_t addr,
                                             const void *data, size_t size,
                                             const struct ocd_call *call);

/**
 * @brief Fills a range with a repeated pattern.
 * @param session A connected session.
 * @param addr    First address; the pattern begins here.
 * @param size    Bytes. The last repetition is cut where the range ends.
 * @param pattern The bytes to repeat.
 * @param length  Bytes in @p pattern, 1 to 4096.
 * @return 0 or an error; see @ref memory.
 */
OCD_API int ocd_fill(struct ocd_session *session, uint64_t addr, uint64_t size, const void *pattern,
                     size_t length);
/** @brief ocd_fill() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_fill_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                      const void *pattern, size_t length,
                                      const struct ocd_call *call);

/** @brief One read of ocd_read_many(). */
struct ocd_item {
    uint64_t addr;  /**< Address of the first element. */
    size_t count;   /**< Number of elements. */
    unsigned width; /**< Width of an element in bits: 8, 16, 32 or 64. */
    void
        *values; /**< Receives the elements, an array of uint8_t, uint16_t, uint32_t or uint64_t. */
    int result;  /**< Receives 0 or the error of this item. */
    uint64_t reserved[2]; /**< Reserved; zero. */
};

/**
 * @brief Reads many small things in one go.
 * @param session A connected session.
 * @param[in,out] items What to read; every item's result is set.
 * @param count     Number of items.
 * @param merge_gap 0: every item is read by exactly the accesses that it asks for. Otherwise items
 *                  that are less than this many bytes apart may be read together, with the bytes
 *                  between them and with any access width: not for registers with side effects.
 * @return 0 if all items were read, otherwise the first item's error that is not 0; the other items
 *         are read all the same as long as the connection lasts. See @ref memory. ocd_error.done
 *         counts the items that were read.
 */
OCD_API int ocd_read_many(struct ocd_session *session, struct ocd_item *items, size_t count,
                          uint64_t merge_gap);
/** @brief ocd_read_many() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_many_async(struct ocd_session *session, struct ocd_item *items,
                                           size_t count, uint64_t merge_gap,
                                           const struct ocd_call *call);

/** Milliseconds between the answer to one read of ocd_wait_value() and the next read. */
#define OCD_WAIT_VALUE_MS 10

/**
 * @brief Waits until memory has a value: a flag of the firmware, a mailbox, a status
 * register.
 *
 * It is read by exactly one access of the width each time (width 64: see ocd_read_u64()), and again
 * #OCD_WAIT_VALUE_MS after the answer, so that OpenOCD serves its other clients meanwhile. A value
 * that is there for less than that may be missed. Operations that were started later are not
 * held up. A read that fails ends the wait.
 *
 * @param session    A connected session.
 * @param addr       Its address.
 * @param width      Its width in bits: 8, 16, 32 or 64.
 * @param mask       The bits that count; UINT64_MAX: all.
 * @param value      The value to wait for: until (read & mask) == value.
 * @param[out] last  Receives the value that was read last, all of its bits; after a failure too, if
 *                   one has been read. May be NULL.
 * @param timeout_ms Milliseconds that this may take. 0: the session's timeout. #OCD_TIMEOUT_NONE:
 *                   no limit.
 * @retval OCD_OK Memory has the value.
 * @retval OCD_ERR_TIMEOUT It has not in that time; ocd_error.message has the last value.
 * @retval OCD_ERR_ARG Also: another width, or a value with bits that the mask or the width leaves
 *         out.
 * @return Otherwise an error; see @ref memory.
 */
OCD_API int ocd_wait_value(struct ocd_session *session, uint64_t addr, unsigned width,
                           uint64_t mask, uint64_t value, uint64_t *last, uint32_t timeout_ms);
/** @brief ocd_wait_value() as an operation; the limit is ocd_call.timeout_ms. NULL if memory is
 *         short. */
OCD_API struct ocd_op *ocd_wait_value_async(struct ocd_session *session, uint64_t addr,
                                            unsigned width, uint64_t mask, uint64_t value,
                                            uint64_t *last, const struct ocd_call *call);

/** @brief One write of ocd_write_many(). */
struct ocd_write_item {
    uint64_t addr;        /**< Address of the first element. */
    size_t count;         /**< Number of elements. */
    unsigned width;       /**< Width of an element in bits: 8, 16, 32 or 64. */
    const void *values;   /**< An array of uint8_t, uint16_t, uint32_t or uint64_t. */
    int result;           /**< Receives 0 when all of it is written, or an error. */
    uint64_t reserved[2]; /**< Reserved; zero. */
};

/**
 * @brief Writes many small things in as few requests as possible.
 *
 * Exactly one access of its width for each element, in the order of the items, as the typed writes
 * make them. After a failure nothing more is written.
 *
 * @param session A connected session.
 * @param[in,out] items What to write; every item's result is set.
 * @param count   Number of items.
 * @return 0 if all items were written, otherwise the error of the item that was refused; see @ref
 *         memory. ocd_error.done counts the items that are written, the first ones, whose result
 *         is 0; ocd_error.addr is in the next one, whose result is the error, and of which any
 *         elements may be written. Those after it were not written and have #OCD_ERR_CANCELLED.
 *         Where a request has no answer (#OCD_ERR_TIMEOUT, #OCD_ERR_CLOSED) all items of it, up to
 *         64, and those after it have that error: any of the request may be written.
 *         #OCD_WRITE_VERIFY is refused with #OCD_ERR_ARG; ocd_read_many() reads back.
 */
OCD_API int ocd_write_many(struct ocd_session *session, struct ocd_write_item *items, size_t count);
/** @brief ocd_write_many() as an operation. @p items and the values stay the caller's and must stay
 *         valid until it has ended. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_many_async(struct ocd_session *session,
                                            struct ocd_write_item *items, size_t count,
                                            const struct ocd_call *call);

/**
 * @brief Receives data in ascending order, chunk by chunk.
 * @param addr Address of the first byte.
 * @param data The bytes; valid during the call only.
 * @param size Number of bytes.
 * @param user The pointer given with the callback.
 * @return 0 to go on; anything else ends the operation with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_data_fn)(uint64_t addr, const void *data, size_t size, void *user);

/**
 * @brief Receives the lines of a hexdump.
 * @param line One line with its newline, NUL-terminated; valid during the call only.
 * @param user The pointer given with the callback.
 * @return 0 to go on; anything else ends the operation with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_line_fn)(const char *line, void *user);

/**
 * @brief Receives a match of a search.
 * @param addr Address of the match.
 * @param user The pointer given with the callback.
 * @return 0 to go on; anything else ends the search, with success.
 */
typedef int (*ocd_match_fn)(uint64_t addr, void *user);

/**
 * @brief Reads memory and formats it, 16 bytes a line:
 *
 *     08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|
 *
 * The address has 8 digits, 16 if the range goes beyond 32 bits. The last line is padded, so that
 * its ASCII column stays in place; bytes outside 0x20 to 0x7E are shown as a dot.
 *
 * @param session A connected session.
 * @param addr    First address.
 * @param size    Bytes.
 * @param[out] text Receives the NUL-terminated text, to be released with ocd_free(). After a
 *                  failure it holds the lines of the bytes that could be read, NULL if none could
 *                  or memory was short.
 * @return 0 or an error; see @ref memory.
 */
OCD_API int ocd_hexdump(struct ocd_session *session, uint64_t addr, size_t size, char **text);
/** @brief ocd_hexdump() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_hexdump_async(struct ocd_session *session, uint64_t addr, size_t size,
                                         char **text, const struct ocd_call *call);
/** @brief As ocd_hexdump(), a line at a time, in constant memory. */
OCD_API int ocd_hexdump_lines(struct ocd_session *session, uint64_t addr, uint64_t size,
                              ocd_line_fn line, void *user);
/** @brief ocd_hexdump_lines() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_hexdump_lines_async(struct ocd_session *session, uint64_t addr,
                                               uint64_t size, ocd_line_fn line, void *user,
                                               const struct ocd_call *call);

/**
 * @brief Formats bytes that the caller has as ocd_hexdump() does.
 * @param addr Address shown for the first byte.
 * @param data The bytes.
 * @param size Number of bytes.
 * @param[out] text Receives the text, to be released with ocd_free(); NULL after a failure.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_ARG A pointer is NULL or the range wraps.
 * @retval OCD_ERR_NOMEM Out of memory.
 */
OCD_API int ocd_hexdump_format(uint64_t addr, const void *data, size_t size, char **text);

/**
 * @brief Finds every occurrence of a pattern, overlapping ones too.
 * @param session A connected session.
 * @param pattern The bytes to find.
 * @param length  Their number, 1 to 65536.
 * @param start   First address at which a match may begin.
 * @param end     Address at which the last match must have ended (exclusive); not below @p start.
 * @param[out] matches Receives the addresses in ascending order, to be released with ocd_free();
 *                     NULL if there are none. After a failure those found before it.
 * @param[out] count   Receives their number.
 * @return 0, also when nothing was found, or an error; see @ref memory.
 */
OCD_API int ocd_search(struct ocd_session *session, const void *pattern, size_t length,
                       uint64_t start, uint64_t end, uint64_t **matches, size_t *count);
/** @brief ocd_search() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_search_async(struct ocd_session *session, const void *pattern,
                                        size_t length, uint64_t start, uint64_t end,
                                        uint64_t **matches, size_t *count,
                                        const struct ocd_call *call);
/** @brief As ocd_search(), one match at a time, as soon as it is found. */
OCD_API int ocd_search_each(struct ocd_session *session, const void *pattern, size_t length,
                            uint64_t start, uint64_t end, ocd_match_fn match, void *user);
/** @brief ocd_search_each() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_search_each_async(struct ocd_session *session, const void *pattern,
                                             size_t length, uint64_t start, uint64_t end,
                                             ocd_match_fn match, void *user,
                                             const struct ocd_call *call);

/**
 * @brief Reads memory into a file, raw, in constant memory.
 *
 * The bytes go to a temporary file in the same directory, which takes the name @p path only when it
 * is complete: after a failure @p path is what it was before. An existing file that has other names
 * (hard links), belongs to another user, is mounted, or is in a directory that does not let it be
 * replaced is overwritten then instead. Set-user-id bits are never kept. A device, a named pipe, or
 * the path of a descriptor (/dev/stdout, /dev/fd/3) is written directly; a pipe without a reader is
 * #OCD_ERR_FILE after a second. Exceeding the process's limit for files (RLIMIT_FSIZE) is
 * #OCD_ERR_FILE, too, and no signal.
 *
 * @param session A connected session.
 * @param addr    First address.
 * @param size    Bytes, any number; 0 makes an empty file.
 * @param path    Name of the file. An existing file is replaced.
 * @retval OCD_ERR_FILE The file could not be written: see ocd_error.message.
 * @return Otherwise 0 or an error; see @ref memory.
 */
OCD_API int ocd_dump(struct ocd_session *session, uint64_t addr, uint64_t size, const char *path);
/** @brief ocd_dump() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_dump_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                      const char *path, const struct ocd_call *call);
/** @brief As ocd_dump(), to a callback. */
OCD_API int ocd_dump_data(struct ocd_session *session, uint64_t addr, uint64_t size,
                          ocd_data_fn data, void *user);
/** @brief ocd_dump_data() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_dump_data_async(struct ocd_session *session, uint64_t addr,
                                           uint64_t size, ocd_data_fn data, void *user,
                                           const struct ocd_call *call);

/** @} */

/**
 * @defgroup image Files
 *
 * Files that hold memory, read and written chunk by chunk: raw binary, Intel HEX, Motorola
 * S-record, ELF, C array, hexdump. None of this needs a session.
 *
 * A file is checked from end to end when it is opened, so that a malformed one is refused before
 * anything has been done with its data. It is then delivered in ascending order, each address once,
 * in any order of its records: where records overlap, the later one wins. Memory does not grow
 * with the file, only with the number of separate ranges that its records form.
 *
 * A *place* is a line, counted from 1, in a text, and an offset in a binary file.
 *
 * An image or a writer may be used by one thread at a time.
 *  @{
 */

/** @brief Formats of files. */
enum ocd_image_format {
    OCD_IMAGE_AUTO = 0, /**< By content, and by the name where that says nothing. */
    OCD_IMAGE_BIN,      /**< Raw binary. */
    OCD_IMAGE_IHEX,     /**< Intel HEX. */
    OCD_IMAGE_SREC,     /**< Motorola S-record. */
    OCD_IMAGE_ELF,      /**< ELF; is read only. */
    OCD_IMAGE_C_ARRAY,  /**< An array in C; is written only. */
    OCD_IMAGE_HEXDUMP,  /**< As ocd_hexdump() makes it. */
};

/**
 * @brief The format that a word means.
 * @param word   Such as "bin", "ihex", "s19", "elf", "c-array", "hexdump".
 * @param[out] format       Receives the format.
 * @param[out] addr_bits Receives ocd_image_layout.addr_bits, which "s19" to "s37", "ihex16"
 *                          and "ihex20" decide, otherwise 0. May be NULL.
 * @return False if it means none.
 */
OCD_API bool ocd_image_format_named(const char *word, enum ocd_image_format *format,
                                    unsigned *addr_bits);

/**
 * @brief The format that the extension of a file's name means.
 * @param path   Name of a file.
 * @param[out] format       Receives the format.
 * @param[out] addr_bits As for ocd_image_format_named().
 * @return False if it means none.
 */
OCD_API bool ocd_image_format_of_path(const char *path, enum ocd_image_format *format,
                                      unsigned *addr_bits);

struct ocd_image; /**< An opened file. Opaque. */

/** A file with more separate ranges than this is refused: their list is what is kept in memory,
 * about 50 MB at the very most. */
#define OCD_IMAGE_RANGES_MAX 262144u

/** @brief How to read a file. Zero-initialise it; NULL means the defaults. */
struct ocd_image_options {
    enum ocd_image_format format; /**< #OCD_IMAGE_AUTO: find out, by the contents, and by the name
                                       where the contents may be anything. */
    bool has_offset;              /**< Whether @ref offset is known. */
    uint64_t offset;   /**< Added to every address, modulo 2^64; a raw binary begins at it, and
                            cannot be read without. */
    bool offset_raw;   /**< @ref offset is for raw binaries only: the addresses of other formats
                            are what they are. */
    bool virtual_addr; /**< ELF: the addresses at which the program runs, not those at which it is
                            stored. */
    const char *const *sections; /**< These of an ELF file, ended by NULL, instead of all that are
                                      loaded. Files of other formats are refused. */
    bool big_endian;             /**< Hexdump with values of 16, 32 or 64 bits, as OpenOCD's `mdw`
                                      prints them: the target is a big-endian one. */
    bool allow_empty;            /**< A file without data is not an error. */
    ocd_progress_fn progress;    /**< Called while the file is checked, with bytes of the file; or
                                      NULL. */
    void *user;                  /**< Handed to @ref progress. */
    uint64_t reserved[8];        /**< Reserved; zero. */
};

/** @brief What a file holds. It belongs to the image. */
struct ocd_image_info {
    enum ocd_image_format format;   /**< The format that was found. */
    const struct ocd_range *ranges; /**< Ascending; they neither overlap nor touch. */
    size_t range_count;             /**< Elements in @ref ranges. */
    uint64_t bytes;                 /**< In all ranges. */
    uint64_t first;                 /**< Lowest address; 0 when there are no bytes. */
    uint64_t last;                  /**< Highest address; 0 when there are no bytes. */
    bool has_entry;                 /**< Whether @ref entry is known. */
    uint64_t entry;     /**< Start address, as the file has it: ocd_image_options.offset is not
                             added. */
    const char *header; /**< Of S-records, other characters than ASCII shown as dots; "" if
                             none. */

    uint64_t overlap_bytes;  /**< Bytes that a later record replaces. */
    uint64_t overlap_addr;   /**< The lowest of them. */
    uint64_t overlap_place;  /**< Where the records that replace it begin. */
    uint64_t disorder;       /**< Times that records step back to lower addresses. */
    uint64_t disorder_place; /**< The first of them. */
    uint64_t wrapped;        /**< Intel HEX records that wrap around inside their segment. */
    uint64_t wrapped_place;  /**< The first of them. */
    const char *warnings;    /**< The above, and what else is odd, in words, a line each; "" if
                                  there is nothing. */
    unsigned machine;        /**< ELF: e_machine, the processor that the program is for; else 0. */
    uint64_t reserved[8];    /**< Reserved; zero. */
};

/**
 * @brief Opens a file and checks all of it.
 * @param[out] image Receives the image, to be closed with ocd_image_close(). After a failure it
 *                   answers ocd_image_error() and nothing else, and must be closed too; it is NULL
 *                   only after #OCD_ERR_NOMEM.
 * @param path    Name of the file. What is not a regular file is copied to a temporary one without
 *                a name. `/dev/fd/N` is read from the descriptor's offset on, which may be closed
 *                then.
 * @param options Settings, or NULL.
 * @retval OCD_OK Opened, and well-formed.
 * @retval OCD_ERR_FORMAT Malformed, or without data; see ocd_image_options.allow_empty.
 * @retval OCD_ERR_FILE It cannot be read.
 * @retval OCD_ERR_ARG A raw binary without an offset, a format that is not read, or sections of a
 *         file that is not ELF.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_CANCELLED By ocd_image_options.progress.
 */
OCD_API int ocd_image_open(struct ocd_image **image, const char *path,
                           const struct ocd_image_options *options);
/**
 * @brief As ocd_image_open(), of a file that is in memory.
 * @param[out] image As for ocd_image_open().
 * @param data    The bytes of the file. They are not copied.
 * @param size    Their number.
 * @param name    For messages, and for what its extension says. May be NULL.
 * @param options Settings, or NULL.
 * @return As ocd_image_open().
 */
OCD_API int ocd_image_open_memory(struct ocd_image **image, const void *data, size_t size,
                                  const char *name, const struct ocd_image_options *options);
/**
 * @brief Closes an image.
 * @param image The image, or NULL.
 */
OCD_API void ocd_image_close(struct ocd_image *image);

/**
 * @brief What the file holds.
 * @param image An image that was opened without a failure.
 * @return Belongs to the image.
 */
OCD_API const struct ocd_image_info *ocd_image_get_info(const struct ocd_image *image);

/**
 * @brief The next chunk: bytes that follow each other, at the lowest address not delivered yet. A
 *        chunk ends at a gap.
 * @param image An image.
 * @param[out] addr Receives the address of the first byte.
 * @param[out] data Receives the bytes.
 * @param max       Room at @p data, at least 1.
 * @param[out] size Receives the number of bytes; 0: there are no more.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_FILE It cannot be read, or has changed since it was opened.
 */
OCD_API int ocd_image_next(struct ocd_image *image, uint64_t *addr, void *data, size_t max,
                           size_t *size);

/**
 * @brief The image's last failure.
 * @param image An image.
 * @return Never NULL; belongs to the image. Its text begins with the file's name.
 */
OCD_API const struct ocd_error *ocd_image_error(const struct ocd_image *image);

struct ocd_image_writer; /**< A file that is being written. Opaque. */

/** The largest gap that a raw binary or a C array fills by default, in bytes. */
#define OCD_IMAGE_GAP_MAX (16u * 1024 * 1024)

/** @brief How to write a file. Zero-initialise it; NULL means the defaults. */
struct ocd_image_layout {
    enum ocd_image_format format; /**< #OCD_IMAGE_AUTO: by the name, raw binary where that says
                                       nothing. */
    unsigned addr_bits;   /**< Intel HEX: 16, 20 (segments) or 32; S-record: 16, 24, 32 (S19, S28,
                                  S37); 0: 32. Others can hold any address. */
    unsigned record_size; /**< Intel HEX, S-record: data bytes of a record, 1 to 255 (S-record:
                               less the address and 1). 0: 16. */
    uint8_t fill;         /**< Raw binary, C array: what gaps hold. */
    uint64_t gap_max;     /**< A larger gap is refused; 0: #OCD_IMAGE_GAP_MAX. */
    bool has_entry;       /**< Whether @ref entry is known. */
    uint64_t entry;       /**< Intel HEX, S-record: the start address. */
    const char *header;   /**< S-record: text of the header record; it is cut to what fits. NULL:
                               "". */
    const char *name;     /**< C array: its name. NULL: "data". */
    uint64_t reserved[8]; /**< Reserved; zero. */
};

/**
 * @brief Receives the bytes of a file.
 * @param data The bytes; valid during the call only.
 * @param size Their number.
 * @param user The pointer given with the callback.
 * @return 0 to go on; anything else ends the writing, with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_image_sink_fn)(const void *data, size_t size, void *user);

/**
 * @brief Begins a file, which takes its name when ocd_image_writer_finish() has succeeded.
 * @param[out] writer Receives the writer, to be closed with ocd_image_writer_close(). After a
 *                    failure it answers ocd_image_writer_error() and nothing else, and must be
 *                    closed too; it is NULL only after #OCD_ERR_NOMEM.
 * @param path   Name of the file. An existing file is replaced.
 * @param layout Settings, or NULL. Its strings are copied.
 * @retval OCD_OK Begun.
 * @retval OCD_ERR_ARG A layout that does not exist.
 * @retval OCD_ERR_FORMAT An entry that the format cannot hold.
 * @retval OCD_ERR_FILE The file cannot be written.
 * @retval OCD_ERR_NOMEM Out of memory.
 */
OCD_API int ocd_image_writer_create(struct ocd_image_writer **writer, const char *path,
                                    const struct ocd_image_layout *layout);
/**
 * @brief As ocd_image_writer_create(), into an open file.
 * @param[out] writer As for ocd_image_writer_create().
 * @param fd     Stays the caller's.
 * @param name   For messages, and for what its extension says. May be NULL.
 * @param layout Settings, or NULL.
 * @return As ocd_image_writer_create().
 */
OCD_API int ocd_image_writer_to_fd(struct ocd_image_writer **writer, int fd, const char *name,
                                   const struct ocd_image_layout *layout);
/**
 * @brief As ocd_image_writer_create(), to a callback.
 * @param[out] writer As for ocd_image_writer_create().
 * @param sink   Receives the bytes of the file.
 * @param user   Handed to @p sink.
 * @param layout Settings, or NULL.
 * @return As ocd_image_writer_create().
 */
OCD_API int ocd_image_writer_to_sink(struct ocd_image_writer **writer, ocd_image_sink_fn sink,
                                     void *user, const struct ocd_image_layout *layout);
/**
 * @brief Writes a chunk. Chunks must ascend and not overlap; what is between them stays a gap.
 * @param writer A writer.
 * @param addr   Address of the first byte.
 * @param data   The bytes.
 * @param size   Their number.
 * @retval OCD_OK Written.
 * @retval OCD_ERR_FORMAT The format cannot hold these addresses, or the gap before them is too
 *                        large; nothing of the chunk has been written.
 * @retval OCD_ERR_ARG It does not follow the chunk before it, or the range wraps.
 * @return Otherwise as ocd_image_writer_create(). All failures are final.
 */
OCD_API int ocd_image_writer_put(struct ocd_image_writer *writer, uint64_t addr, const void *data,
                                 size_t size);
/**
 * @brief Writes what ends the file, and gives it its name.
 * @param writer A writer.
 * @return As ocd_image_writer_create().
 */
OCD_API int ocd_image_writer_finish(struct ocd_image_writer *writer);
/**
 * @brief Closes a writer. A file that is not finished is removed.
 * @param writer The writer, or NULL.
 */
OCD_API void ocd_image_writer_close(struct ocd_image_writer *writer);
/**
 * @brief The writer's last failure.
 * @param writer A writer.
 * @return Never NULL; belongs to the writer. Its text begins with the file's name.
 */
OCD_API const struct ocd_error *ocd_image_writer_error(const struct ocd_image_writer *writer);

/** @} */

/**
 * @defgroup loading Files and memory
 *
 * Files into memory, compared with it, and made from it. Codes: see @ref memory, and
 * - #OCD_ERR_FORMAT: the file is malformed; ocd_error.message says where. Nothing was sent.
 * - #OCD_ERR_FILE: the file cannot be read or written.
 *  @{
 */

/** @brief A region that is to be written. */
struct ocd_region {
    uint64_t addr;  /**< Address of the first byte of data. */
    uint64_t size;  /**< Bytes from the first to the last one. */
    uint64_t bytes; /**< Bytes of data; fewer than @ref size if there are gaps (flash only). */
    bool flash;     /**< Flash, which is erased before; false: anything else, by plain writes. */
    unsigned bank;  /**< Flash: OpenOCD's number of the bank, as `flash banks` has it. */
    uint64_t erase_addr;   /**< Flash: where the sectors begin that are erased. */
    uint64_t erase_size;   /**< Flash: their bytes. What has no data is erased afterwards. */
    uint64_t sectors;      /**< Flash: their number. */
    uint64_t same_sectors; /**< Flash: of them those that hold their data already, and stay. */
    uint64_t other_bytes;  /**< Flash: what the sectors to be erased hold besides, bytes that are
                                neither data of the image nor erased ones. */
    uint64_t other_addr;   /**< Flash: the first of them, if there are any. */
    uint64_t reserved[4];  /**< Reserved; zero. */
};

/**
 * @brief Receives a region that is to be written.
 * @param region The region; valid during the call only.
 * @param user   The pointer given with the callback.
 * @return 0 to go on; anything else ends the operation with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_region_fn)(const struct ocd_region *region, void *user);

/**
 * @brief Receives what a file holds, as soon as it has been opened and checked.
 * @param info What it holds; valid during the call only.
 * @param user The pointer given with the callback.
 */
typedef void (*ocd_file_fn)(const struct ocd_image_info *info, void *user);

/** @brief Where ocd_load() is to write. */
enum ocd_load_where {
    OCD_LOAD_AUTO,  /**< Flash where OpenOCD has a flash bank, plain writes elsewhere. */
    OCD_LOAD_RAM,   /**< All by plain writes. */
    OCD_LOAD_FLASH, /**< Flash; data anywhere else are refused with #OCD_ERR_ARG. */
};

/** @brief What a load has done. */
struct ocd_load_summary {
    uint64_t bytes;           /**< Bytes of the image that were written. */
    uint64_t skipped_bytes;   /**< Bytes that were not, since flash held them already. */
    uint64_t skipped_sectors; /**< Sectors of flash with such bytes. */
    uint64_t erased_sectors;  /**< Sectors of flash that were erased and programmed. */
    uint64_t other_bytes;     /**< What these held besides, outside of the image. */
    uint64_t restored_bytes;  /**< Of @ref other_bytes, those that were programmed again. */
    uint64_t reserved[8];     /**< Reserved; zero. */
};

/** @brief Settings of ocd_load() and ocd_load_image(). Zero-initialise it; NULL means the
 * defaults. */
struct ocd_load_options {
    struct ocd_image_options image; /**< How to read the file. */
    enum ocd_load_where where;      /**< Flash, plain writes or both. */
    ocd_file_fn file;               /**< Called with what the file holds, or NULL. */
    ocd_region_fn region; /**< Called for every region, in ascending order, before anything
                               is written. Or NULL. */
    void *user;           /**< Handed to @ref file and @ref region. */
    bool keep;    /**< Flash: what the erased sectors hold besides is read before and programmed
                       again with the data. It is in this process only while a sector is erased: a
                       load that fails there loses it. Takes memory of the size of a sector. */
    bool rewrite; /**< Flash: erase and program all sectors, those too that hold their data. What
                       they hold is not read then, unless @ref keep asks for it. */
    struct ocd_load_summary *summary; /**< Receives the numbers, after a failure as far as it has
                                           come. Or NULL. */
    uint64_t reserved[8];             /**< Reserved; zero. */
};

/**
 * @brief Writes a file into memory: flash by OpenOCD's own flash drivers, the rest by plain writes.
 *
 * Flash is written by whole sectors: each that has data is read first, and left as it is if it
 * holds them already. The others are erased once and programmed; what they held besides is lost, or
 * with ocd_load_options.keep restored. Flash comes first, since OpenOCD's loaders use RAM (the
 * target's work area) and may overwrite it. A target whose flash is to be written must be halted.
 *
 * Before anything is erased the whole plan is checked: no range of the file begins in a flash bank
 * and ends outside of it, or the reverse (#OCD_ERR_ARG); no sector is protected as OpenOCD's `flash
 * info` has it (#OCD_ERR_TARGET, with the sector's address); the session may write all of it; the
 * target is halted. Then the first and the last word of each range outside of flash are read, up to
 * four bytes at each end and none outside of the range. These reads, made only where flash is to be
 * erased, are the one exception to the rule that nothing is accessed but what was asked for: they
 * keep a chip from losing its program for a file that cannot be loaded whole.
 *
 * OpenOCD answers no client while it carries out a request: sectors of together up to 8 KiB, or one
 * of up to 16 KiB, are erased and programmed with one (`flash write_image erase`); a larger sector
 * is erased with one (`flash erase_address`) and programmed with one for each 16 KiB. The timeout
 * must be longer than the longest of these requests takes.
 *
 * When the server is on another host each group travels as S-records into a temporary file of the
 * server, made, used and deleted within one request.
 *
 * #OCD_WRITE_VERIFY compares all of the file with the memory in the end. #OCD_WRITE_DRY_RUN reports
 * regions and commands; flash banks are probed all the same. Sessions with ocd_options.writable:
 * the sectors must lie within.
 *
 * @param session A connected session.
 * @param path    Name of the file.
 * @param options Settings, or NULL.
 * @retval OCD_ERR_NOT_HALTED Flash is to be written and the target is not halted; nothing was
 *                            written. A dry run does not look at the state, and makes no reads
 *                            where the target is not halted.
 * @retval OCD_ERR_TARGET A sector is protected, or memory outside of flash cannot be accessed.
 *                        Until flash has been erased ocd_error.done is 0.
 * @retval OCD_ERR_COMMAND OpenOCD's flash command failed; ocd_error.addr is the first sector of
 *                         the group, which may be erased or written in part.
 * @return Otherwise 0 or an error; see @ref loading. ocd_error.done counts the bytes written, flash
 *         first.
 */
OCD_API int ocd_load(struct ocd_session *session, const char *path,
                     const struct ocd_load_options *options);
/** @brief ocd_load() as an operation. The file is opened and checked at once. NULL if memory is
 *         short. */
OCD_API struct ocd_op *ocd_load_async(struct ocd_session *session, const char *path,
                                      const struct ocd_load_options *options,
                                      const struct ocd_call *call);

/**
 * @brief As ocd_load(), of an image that the caller has opened, which may be in memory.
 *
 *     ocd_image_open_memory(&image, serial, sizeof(serial), NULL,
 *                           &(struct ocd_image_options){.format = OCD_IMAGE_BIN,
 *                                                       .has_offset = true, .offset = 0x0801FC00});
 *     ocd_load_image(session, image, &(struct ocd_load_options){.keep = true});
 *     ocd_image_close(image);
 *
 * @param session A connected session.
 * @param image   Stays the caller's, is read from its lowest address on, must stay open and must
 *                not be used otherwise until the call or the operation has ended.
 * @param options Settings, or NULL; ocd_load_options.image is not used.
 * @retval OCD_ERR_ARG @p image is NULL or was not opened, besides the reasons that ocd_load() has.
 * @return As ocd_load().
 */
OCD_API int ocd_load_image(struct ocd_session *session, struct ocd_image *image,
                           const struct ocd_load_options *options);
/** @brief ocd_load_image() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_load_image_async(struct ocd_session *session, struct ocd_image *image,
                                            const struct ocd_load_options *options,
                                            const struct ocd_call *call);

/** @brief Settings of ocd_erase(). Zero-initialise it; NULL means the defaults. */
struct ocd_erase_options {
    bool all;             /**< All flash banks of the target, whatever the range is; what is another
                               bank's memory at other addresses (driver `virtual`) is left out. */
    bool whole_sectors;   /**< Erase all sectors that the range has any part of. False: a range that
                               does not begin and end with a sector is refused. */
    ocd_region_fn region; /**< Called for each range of sectors, before anything is erased; its
                               ocd_region.bytes is 0. Or NULL. */
    void *user;           /**< Handed to @ref region. */
    uint64_t reserved[8]; /**< Reserved; zero. */
};

/**
 * @brief Erases sectors of flash, by OpenOCD's flash drivers (`flash erase_address`).
 *
 * Everything is checked before: that the range is flash from end to end, that it is made of whole
 * sectors, that none is protected, that the session may write there, and that the target is halted.
 * Up to 8 sectors, of together up to 64 KiB, or one larger sector, are erased with one request.
 * #OCD_WRITE_DRY_RUN reports regions and commands, of a running target, too.
 *
 * @param session A connected session.
 * @param addr    First address.
 * @param size    Bytes; 0 erases nothing.
 * @param options Settings, or NULL.
 * @retval OCD_ERR_ARG The range is not flash, or not made of whole sectors: ocd_error.message has
 *                     the sectors that it is in. Nothing was erased.
 * @retval OCD_ERR_TARGET A sector is protected; ocd_error.addr is its address.
 *                        Nothing was erased.
 * @retval OCD_ERR_NOT_HALTED The target is not halted; nothing was erased.
 * @retval OCD_ERR_COMMAND OpenOCD's flash command failed; ocd_error.addr is the first sector of
 *                         the request, of which any may be erased.
 * @return Otherwise 0 or an error; see @ref loading. ocd_error.done counts the bytes erased.
 */
OCD_API int ocd_erase(struct ocd_session *session, uint64_t addr, uint64_t size,
                      const struct ocd_erase_options *options);
/** @brief ocd_erase() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_erase_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                       const struct ocd_erase_options *options,
                                       const struct ocd_call *call);

/** Bytes of a difference that are shown, at the most. */
#define OCD_DIFFERENCE_BYTES_MAX 64u

/** @brief A range where memory differs from a file, or one file from another. */
struct ocd_difference {
    uint64_t addr;           /**< First byte that differs. */
    uint64_t size;           /**< Bytes that differ, one after the other. */
    const uint8_t *expected; /**< The first @ref shown of them as the (first) file has them; NULL
                                  when it has none there. */
    const uint8_t *actual;   /**< The same as memory or the second file has them; NULL when they
                                cannot be read or do not exist. */
    size_t shown;            /**< Up to #OCD_DIFFERENCE_BYTES_MAX. */
    uint64_t reserved[4];    /**< Reserved; zero. */
};

/**
 * @brief Receives a range that differs.
 * @param difference The range; valid during the call only.
 * @param user       The pointer given with the callback.
 * @return 0 to go on; anything else ends the operation with #OCD_ERR_CANCELLED.
 */
typedef int (*ocd_difference_fn)(const struct ocd_difference *difference, void *user);

/** @brief What ocd_verify() and ocd_image_compare() have found. */
struct ocd_verify_summary {
    uint64_t bytes;     /**< Bytes compared. */
    uint64_t differing; /**< Of them, bytes that differ. */
    uint64_t ranges;    /**< Ranges that differ. */
    uint64_t ignored;   /**< Bytes of the file that were not compared: ocd_verify_options.ignore. */
    uint64_t reserved[8]; /**< Reserved; zero. */
};

/** @brief Settings of ocd_verify(). Zero-initialise it; NULL means the defaults. */
struct ocd_verify_options {
    struct ocd_image_options image;     /**< How to read the file. */
    ocd_file_fn file;                   /**< Called with what the file holds, or NULL. */
    ocd_difference_fn difference;       /**< Called for every range that differs, in ascending
                                             order; with #OCD_VERIFY_FAST those in the target's
                                             work area first. Or NULL. */
    void *user;                         /**< Handed to @ref file and @ref difference. */
    struct ocd_verify_summary *summary; /**< Receives the numbers, after a failure as far as it has
                                             come. Or NULL. */
    const struct ocd_range *ignore; /**< Ranges that are neither compared nor read, such as a serial
                                         number; in any order, and they may overlap. NULL: none. A
                                         file of which nothing else is left is #OCD_ERR_ARG. */
    size_t ignore_count;            /**< Elements in @ref ignore. */
    uint64_t reserved[8];           /**< Reserved; zero. */
};

/**
 * @brief Compares all of a file with memory: it does not stop at a difference.
 *
 * With #OCD_VERIFY_FAST OpenOCD computes a checksum of 32 bits of each chunk, by code that it runs
 * on the target where it has some for it (`verify_image_checksum`), and only chunks whose checksum
 * differs are read. The target must be halted, and its work area in RAM is overwritten; what of the
 * file is there is compared before. With #OCD_READ_SKIP_UNREADABLE unreadable memory counts as a
 * difference.
 *
 * @param session A connected session.
 * @param path    Name of the file.
 * @param options Settings, or NULL.
 * @retval OCD_OK Memory is what the file says.
 * @retval OCD_ERR_MISMATCH It differs: ocd_error.addr is the first difference, ocd_error.done
 *                          counts the bytes that are the same.
 * @retval OCD_ERR_NOT_HALTED #OCD_VERIFY_FAST and the target is not halted.
 * @retval OCD_ERR_READ_ONLY #OCD_VERIFY_FAST and the session may not write (ocd_options.read_only).
 * @return Otherwise an error; see @ref loading.
 */
OCD_API int ocd_verify(struct ocd_session *session, const char *path,
                       const struct ocd_verify_options *options);
/** @brief ocd_verify() as an operation. The file is opened and checked at once. NULL if memory is
 *         short. */
OCD_API struct ocd_op *ocd_verify_async(struct ocd_session *session, const char *path,
                                        const struct ocd_verify_options *options,
                                        const struct ocd_call *call);

/**
 * @brief Compares two files, in constant memory. None of it needs a session.
 * @param a          The first file; read from its lowest address on.
 * @param b          The second one.
 * @param difference Called for every range that differs or is in one of them only, in ascending
 *                   order. Or NULL.
 * @param user       Handed to @p difference.
 * @param[out] summary Receives the numbers: bytes are those that at least one file has. Or NULL.
 * @retval OCD_OK They are the same.
 * @retval OCD_ERR_MISMATCH They differ.
 * @retval OCD_ERR_ARG One is NULL, or both are the same object.
 * @retval OCD_ERR_CANCELLED @p difference did not answer 0.
 * @retval OCD_ERR_FILE One cannot be read: ocd_image_error() of it says why.
 * @retval OCD_ERR_NOMEM Out of memory.
 */
OCD_API int ocd_image_compare(struct ocd_image *a, struct ocd_image *b,
                              ocd_difference_fn difference, void *user,
                              struct ocd_verify_summary *summary);

/**
 * @brief Reads ranges of memory into one file of any format that is written, in constant memory.
 *
 * As ocd_dump(), the file takes its name when all has been read. A range that the format cannot
 * hold is refused with #OCD_ERR_FORMAT before anything is read. With #OCD_READ_SKIP_UNREADABLE
 * unreadable memory stays a gap; in a raw binary and a C array it becomes ocd_call.fill.
 *
 * @param session A connected session.
 * @param ranges  The ranges, in any order; they must not overlap.
 * @param count   Their number.
 * @param path    Name of the file. An existing file is replaced.
 * @param layout  Format and its settings, or NULL: by the name.
 * @return 0 or an error; see @ref loading.
 */
OCD_API int ocd_dump_ranges(struct ocd_session *session, const struct ocd_range *ranges,
                            size_t count, const char *path, const struct ocd_image_layout *layout);
/** @brief ocd_dump_ranges() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_dump_ranges_async(struct ocd_session *session,
                                             const struct ocd_range *ranges, size_t count,
                                             const char *path,
                                             const struct ocd_image_layout *layout,
                                             const struct ocd_call *call);
/**
 * @brief As ocd_dump_ranges(), to a writer of the caller's.
 * @param session A connected session.
 * @param ranges  The ranges.
 * @param count   Their number.
 * @param writer  Nothing may have been put yet. It is finished when all has been read, not closed.
 * @return As ocd_dump_ranges().
 */
OCD_API int ocd_dump_writer(struct ocd_session *session, const struct ocd_range *ranges,
                            size_t count, struct ocd_image_writer *writer);
/** @brief ocd_dump_writer() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_dump_writer_async(struct ocd_session *session,
                                             const struct ocd_range *ranges, size_t count,
                                             struct ocd_image_writer *writer,
                                             const struct ocd_call *call);

/**
 * @brief Copies memory to memory. The ranges may overlap.
 * @param session A connected session.
 * @param from    First address to read.
 * @param to      First address to write.
 * @param size    Bytes, any number.
 * @return 0 or an error; see @ref memory. After a failure ocd_error.done bytes have been copied,
 *         the last ones of the range if it overlaps and @p to is above @p from, otherwise the
 *         first.
 */
OCD_API int ocd_copy(struct ocd_session *session, uint64_t from, uint64_t to, uint64_t size);
/** @brief ocd_copy() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_copy_async(struct ocd_session *session, uint64_t from, uint64_t to,
                                      uint64_t size, const struct ocd_call *call);

/** @} */

/**
 * @defgroup target Targets
 *
 * Codes that every call about targets, registers, breakpoints and events can return, besides those
 * named with each:
 * - #OCD_ERR_ARG: a pointer is NULL, or an argument makes no sense; nothing was sent.
 * - #OCD_ERR_NOMEM, #OCD_ERR_CANCELLED, #OCD_ERR_BUSY, #OCD_ERR_CLOSED, #OCD_ERR_TIMEOUT,
 *   #OCD_ERR_PROTOCOL: as for @ref memory.
 * - #OCD_ERR_NO_TARGET: the session's or call's target does not exist.
 * - #OCD_ERR_NOT_EXAMINED, #OCD_ERR_NO_ANSWER, #OCD_ERR_PROBE: OpenOCD has not examined the target,
 *   its poll of the target fails, or the probe does not answer.
 * - #OCD_ERR_NOT_HALTED: the target has to be halted for this.
 * - #OCD_ERR_COMMAND: OpenOCD refused for another reason; see ocd_error.message.
 *
 * The calls work on the session's target, or on ocd_call.target.
 *  @{
 */

/** @brief Byte order of a target. */
enum ocd_endian {
    OCD_LITTLE_ENDIAN = 0, /**< Least significant byte first. */
    OCD_BIG_ENDIAN = 1,    /**< Most significant byte first. */
};

/** @brief Every state that OpenOCD knows: name and OpenOCD's word. */
#define OCD_STATE_MAP(X)                                                                           \
    X(UNKNOWN, "unknown")                                                                          \
    X(RUNNING, "running")                                                                          \
    X(HALTED, "halted")                                                                            \
    X(RESET, "reset")                                                                              \
    X(DEBUG_RUNNING, "debug-running")                                                              \
    X(UNAVAILABLE, "unavailable")                                                                  \
    X(EXAMINE_DEFERRED, "examine deferred")

/** @brief State of a target. #OCD_STATE_MAP has OpenOCD's word for each. */
enum ocd_target_state {
#define OCD_STATE_ENUM(name, text) OCD_STATE_##name, /**< text */
    OCD_STATE_MAP(OCD_STATE_ENUM)
#undef OCD_STATE_ENUM
};

/**
 * @brief OpenOCD's word for a state.
 * @param state An #ocd_target_state.
 * @return A constant string such as "running"; "unknown" for any other number.
 */
OCD_API const char *ocd_state_name(enum ocd_target_state state);

/** @brief A target of OpenOCD. The strings belong to the array that they came with. */
struct ocd_target {
    const char *name;       /**< Such as "stm32f1x.cpu". */
    const char *type;       /**< OpenOCD's target type, such as "cortex_m". */
    const char *state;      /**< OpenOCD's word: "running", "halted", "reset", "unknown", … */
    enum ocd_endian endian; /**< Byte order. */
    bool current;           /**< Whether it is the session's current target. */
    uint64_t reserved[4];   /**< Reserved; zero. */
};

/**
 * @brief Lists the targets of the session's OpenOCD.
 *
 * The states are those that OpenOCD remembers, at most some 100 ms old where it polls its targets
 * and finds them answering. ocd_state() asks the target.
 *
 * @param session A connected session.
 * @param[out] targets Receives an array, to be released with one ocd_free(); NULL after a failure.
 * @param[out] count   Receives their number.
 * @return 0, or #OCD_ERR_ARG, #OCD_ERR_NOMEM, #OCD_ERR_CANCELLED, #OCD_ERR_BUSY, #OCD_ERR_CLOSED,
 *         #OCD_ERR_TIMEOUT, #OCD_ERR_PROTOCOL, #OCD_ERR_COMMAND.
 */
OCD_API int ocd_targets(struct ocd_session *session, struct ocd_target **targets, size_t *count);
/** @brief ocd_targets() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_targets_async(struct ocd_session *session, struct ocd_target **targets,
                                         size_t *count, const struct ocd_call *call);

/**
 * @brief Selects the target of the session's calls, and makes it the current one of the session's
 * connection, which ocd_command() sees too. Other clients of the same OpenOCD do not notice.
 *
 * It takes effect when all that was started before has ended; what is started after it addresses
 * the new target. After an error, #OCD_ERR_TIMEOUT and #OCD_ERR_CANCELLED too, the selection is
 * what it was, also where the session connects again.
 *
 * @param session A connected session.
 * @param name    Name of a target.
 * @retval OCD_OK Selected.
 * @retval OCD_ERR_NO_TARGET There is none of that name. The selection is what it was.
 * @retval OCD_ERR_COMMAND OpenOCD refused: its TAP is disabled. The selection is what it was.
 * @return Otherwise an error; see @ref target.
 */
OCD_API int ocd_select(struct ocd_session *session, const char *name);
/** @brief ocd_select() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_select_async(struct ocd_session *session, const char *name,
                                        const struct ocd_call *call);

/**
 * @brief The target's state, as the target says.
 *
 * The target is polled first: what OpenOCD remembers may be old, and wrong when the probe is gone.
 * A poll reads a status register and disturbs nothing; it is what OpenOCD does by itself ten times
 * a second.
 *
 * @param session A connected session.
 * @param[out] state Receives the state; #OCD_STATE_UNKNOWN after a failure.
 * @return 0 or an error; see @ref target. Where OpenOCD knows why the poll fails there is no error:
 *         #OCD_STATE_EXAMINE_DEFERRED and #OCD_STATE_UNAVAILABLE are states.
 */
OCD_API int ocd_state(struct ocd_session *session, enum ocd_target_state *state);
/** @brief ocd_state() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_state_async(struct ocd_session *session, enum ocd_target_state *state,
                                       const struct ocd_call *call);

/**
 * @brief Halts the target and waits until it is halted. A halted target stays halted.
 * @param session A connected session.
 * @retval OCD_OK The target is halted, as a poll has shown.
 * @retval OCD_ERR_TIMEOUT It has not halted in time.
 * @return Otherwise an error; see @ref target.
 */
OCD_API int ocd_halt(struct ocd_session *session);
/** @brief ocd_halt() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_halt_async(struct ocd_session *session, const struct ocd_call *call);

/**
 * @brief Lets the target run on from its program counter. A running target keeps running.
 *
 * Registers that were written are passed on to the target now. It may have halted again when the
 * call returns, at a breakpoint for instance.
 *
 * @param session A connected session.
 * @return 0 or an error; see @ref target.
 */
OCD_API int ocd_resume(struct ocd_session *session);
/** @brief ocd_resume() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_resume_async(struct ocd_session *session, const struct ocd_call *call);
/**
 * @brief Lets a halted target run from an address.
 * @param session A connected session.
 * @param addr    The new program counter.
 * @retval OCD_ERR_NOT_HALTED The target is not halted; nothing was done.
 * @retval OCD_ERR_READ_ONLY The session may not write (ocd_options.read_only).
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_resume_at(struct ocd_session *session, uint64_t addr);
/** @brief ocd_resume_at() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_resume_at_async(struct ocd_session *session, uint64_t addr,
                                           const struct ocd_call *call);

/**
 * @brief Executes one instruction of a halted target and waits until it is halted again.
 *
 * On a Cortex-M, OpenOCD lets pending interrupt handlers run first, for up to 500 ms of its own
 * clock, which a slow probe takes up too; `cortex_m maskisr` changes that (OpenOCD's manual,
 * "Cortex-M specific commands").
 *
 * @param session A connected session.
 * @retval OCD_ERR_NOT_HALTED The target is not halted; nothing was done.
 * @retval OCD_ERR_TIMEOUT It has not halted again in time.
 * @retval OCD_ERR_TARGET Nothing was stepped because the handlers took longer; the target may be
 *         running.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_step(struct ocd_session *session);
/** @brief ocd_step() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_step_async(struct ocd_session *session, const struct ocd_call *call);
/**
 * @brief Executes the instruction at an address.
 * @param session A connected session.
 * @param addr    Address of the instruction.
 * @retval OCD_ERR_NOT_HALTED The target is not halted; nothing was done.
 * @retval OCD_ERR_READ_ONLY The session may not write (ocd_options.read_only).
 * @return Otherwise as ocd_step().
 */
OCD_API int ocd_step_at(struct ocd_session *session, uint64_t addr);
/** @brief ocd_step_at() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_step_at_async(struct ocd_session *session, uint64_t addr,
                                         const struct ocd_call *call);

/** @brief What a target does after a reset. */
enum ocd_reset_mode {
    OCD_RESET_RUN,  /**< Runs. */
    OCD_RESET_HALT, /**< Is halted before its first instruction, where the target can do that. */
    OCD_RESET_INIT, /**< The same, then OpenOCD's `reset-init` event sets it up. */
};

/**
 * @brief Resets all targets of the OpenOCD, as OpenOCD's `reset` does, and waits until the
 * session's or call's target is out of reset, with #OCD_RESET_HALT and #OCD_RESET_INIT until it is
 * halted.
 * @param session A connected session.
 * @param mode    What follows.
 * @retval OCD_ERR_TIMEOUT The target is not in that state in time.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_reset(struct ocd_session *session, enum ocd_reset_mode mode);
/** @brief ocd_reset() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_reset_async(struct ocd_session *session, enum ocd_reset_mode mode,
                                       const struct ocd_call *call);

/**
 * @brief Waits until the target is in a state, by polling it up to some 20 times a second. OpenOCD
 * serves its other clients meanwhile (its own `wait_halt` keeps them waiting).
 *
 * A target that does not answer is waited for too; it is in #OCD_STATE_UNKNOWN. Operations that
 * were started later are not held up.
 *
 * @param session    A connected session.
 * @param state      The state to wait for.
 * @param timeout_ms Deadline in milliseconds. 0: the session's. #OCD_TIMEOUT_NONE: none.
 * @retval OCD_OK The target is in that state.
 * @retval OCD_ERR_TIMEOUT It has not been in that state; ocd_error.message has its last one.
 * @return Otherwise an error; see @ref target.
 */
OCD_API int ocd_wait_state(struct ocd_session *session, enum ocd_target_state state,
                           uint32_t timeout_ms);
/** @brief ocd_wait_state() as an operation; the deadline is ocd_call.timeout_ms. NULL if memory is
 *         short. */
OCD_API struct ocd_op *ocd_wait_state_async(struct ocd_session *session,
                                            enum ocd_target_state state,
                                            const struct ocd_call *call);

/** @} */

/**
 * @defgroup registers Registers
 *
 * Names are those of the session's OpenOCD, whose spelling can change from version to version (xPSR
 * in 0.12, xpsr later). Values are read and written while the target is halted.
 *
 * OpenOCD keeps a cache: it reads most registers when the target halts, and passes on what has been
 * written to them when it resumes or steps. A register is *valid* while the cache holds its value,
 * and *dirty* while that has not been passed on.
 *
 * Codes: see @ref target.
 *  @{
 */

/** @brief A register. What it points to belongs to the array that it came with. */
struct ocd_register {
    const char *name;     /**< Such as "pc". */
    const char *group;    /**< OpenOCD's heading, such as "arm v7m registers". */
    unsigned number;      /**< OpenOCD's number. */
    unsigned bits;        /**< Width. */
    bool valid;           /**< Whether the value is known. */
    bool dirty;           /**< Whether it was written and has not yet been passed on. */
    uint64_t value;       /**< The value, or its lowest 64 bits; 0 when it is not known. */
    const uint8_t *bytes; /**< The whole value: (bits + 7) / 8 bytes, the least significant first
                               whatever the target's byte order; zeros when it is not known. */
    uint64_t reserved[4]; /**< Reserved; zero. */
};

/**
 * @brief Lists all registers, with the values that OpenOCD has. The target is not accessed and need
 * not be halted.
 * @param session A connected session.
 * @param[out] registers Receives an array in OpenOCD's order, to be released with one ocd_free();
 *                       NULL after a failure.
 * @param[out] count     Receives their number; 0 for a target without registers.
 * @return 0 or an error; see @ref target.
 */
OCD_API int ocd_registers(struct ocd_session *session, struct ocd_register **registers,
                          size_t *count);
/** @brief ocd_registers() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_registers_async(struct ocd_session *session,
                                           struct ocd_register **registers, size_t *count,
                                           const struct ocd_call *call);

/**
 * @brief Reads registers.
 *
 * What OpenOCD's cache does not hold is read from the target; with #OCD_READ_REGISTERS_FORCE
 * everything is.
 *
 * @param session     A connected session.
 * @param names       @p names_count names. NULL: all of the first group, which is the core's; those
 *                    among them that cannot be read are left invalid.
 * @param names_count Number of names; ignored when @p names is NULL.
 * @param[out] registers Receives an array, in the order of the names or of OpenOCD, to be released
 *                       with one ocd_free(); NULL after a failure.
 * @param[out] count     Receives the number of its elements.
 * @retval OCD_ERR_NOT_HALTED The target is not halted.
 * @retval OCD_ERR_NO_REGISTER There is none of that name.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_read_registers(struct ocd_session *session, const char *const *names,
                               size_t names_count, struct ocd_register **registers, size_t *count);
/** @brief ocd_read_registers() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_registers_async(struct ocd_session *session,
                                                const char *const *names, size_t names_count,
                                                struct ocd_register **registers, size_t *count,
                                                const struct ocd_call *call);

/**
 * @brief Reads a register of 64 bits or fewer.
 * @param session A connected session.
 * @param name    Its name.
 * @param[out] value Receives the value; 0 after a failure.
 * @retval OCD_ERR_NOT_HALTED The target is not halted.
 * @retval OCD_ERR_NO_REGISTER There is none of that name.
 * @retval OCD_ERR_ARG It is wider: see ocd_read_registers(). Or a pointer is NULL.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_read_register(struct ocd_session *session, const char *name, uint64_t *value);
/** @brief ocd_read_register() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_register_async(struct ocd_session *session, const char *name,
                                               uint64_t *value, const struct ocd_call *call);

/**
 * @brief Writes a register.
 *
 * OpenOCD passes the value on to the target when that resumes or steps.
 *
 * @param session A connected session.
 * @param name    Its name.
 * @param value   The value; it must fit into the register's width.
 * @retval OCD_ERR_NOT_HALTED The target is not halted.
 * @retval OCD_ERR_NO_REGISTER There is none of that name.
 * @retval OCD_ERR_ARG @p value does not fit, nothing was written. Or a pointer is NULL.
 * @retval OCD_ERR_READ_ONLY The session may not write (ocd_options.read_only).
 * @retval OCD_ERR_MISMATCH #OCD_WRITE_VERIFY: OpenOCD holds another value afterwards.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_write_register(struct ocd_session *session, const char *name, uint64_t value);
/** @brief ocd_write_register() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_register_async(struct ocd_session *session, const char *name,
                                                uint64_t value, const struct ocd_call *call);
/**
 * @brief Writes a register of any width.
 * @param session A connected session.
 * @param name    Its name.
 * @param bytes   The value, the least significant byte first. It is copied.
 * @param size    Number of bytes: (width + 7) / 8, no more and no fewer.
 * @return As ocd_write_register().
 */
OCD_API int ocd_write_register_bytes(struct ocd_session *session, const char *name,
                                     const void *bytes, size_t size);
/** @brief ocd_write_register_bytes() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_register_bytes_async(struct ocd_session *session, const char *name,
                                                      const void *bytes, size_t size,
                                                      const struct ocd_call *call);

/** @} */

/**
 * @defgroup points Breakpoints and watchpoints
 *
 * They belong to OpenOCD, not to the session: those that a session has set stay armed after
 * ocd_close(), and ocd_breakpoints() and ocd_watchpoints() of another session list them. Remove
 * what is not to stay.
 *
 * OpenOCD keeps a list of them for each target. Some targets take them only while halted
 * (#OCD_ERR_NOT_HALTED); hardware can run out of comparators (#OCD_ERR_COMMAND).
 *
 * Codes: see @ref target.
 *  @{
 */

/** @brief Kinds of breakpoints. */
enum ocd_breakpoint_kind {
    OCD_BREAKPOINT_SOFT,    /**< An instruction in memory, which must be writable. */
    OCD_BREAKPOINT_HARD,    /**< A comparator of the target. */
    OCD_BREAKPOINT_CONTEXT, /**< At a context, any address (ARMv7-A, ARMv8-A). Listed only. */
    OCD_BREAKPOINT_HYBRID,  /**< At an address in a context. Listed only. */
};

/** @brief A breakpoint. */
struct ocd_breakpoint {
    enum ocd_breakpoint_kind kind; /**< Kind. */
    uint64_t addr;                 /**< Address; 0 for a context. */
    uint32_t length;               /**< Bytes of the instruction. */
    uint32_t asid;                 /**< Context; 0 for those without. */
    unsigned number;               /**< Number of the comparator; 0 for those without. */
    uint64_t reserved[4];          /**< Reserved; zero. */
};

/**
 * @brief Lists the breakpoints. The target is not accessed.
 * @param session A connected session.
 * @param[out] breakpoints Receives an array, to be released with one ocd_free(); NULL after a
 *                         failure.
 * @param[out] count       Receives their number.
 * @return 0 or an error; see @ref target.
 */
OCD_API int ocd_breakpoints(struct ocd_session *session, struct ocd_breakpoint **breakpoints,
                            size_t *count);
/** @brief ocd_breakpoints() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_breakpoints_async(struct ocd_session *session,
                                             struct ocd_breakpoint **breakpoints, size_t *count,
                                             const struct ocd_call *call);

/**
 * @brief Sets a breakpoint.
 * @param session A connected session.
 * @param addr    Address of the instruction.
 * @param length  Its bytes, as the target type wants it: 2 on a Cortex-M, 2 or 4 in ARM state and
 *                on RISC-V.
 * @param kind    #OCD_BREAKPOINT_SOFT or #OCD_BREAKPOINT_HARD.
 * @retval OCD_ERR_COMMAND OpenOCD refused: there is one at that address, memory cannot be written,
 *                         no comparator is free …
 * @retval OCD_ERR_READ_ONLY #OCD_BREAKPOINT_SOFT: the session may not write there.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_set_breakpoint(struct ocd_session *session, uint64_t addr, uint32_t length,
                               enum ocd_breakpoint_kind kind);
/** @brief ocd_set_breakpoint() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_set_breakpoint_async(struct ocd_session *session, uint64_t addr,
                                                uint32_t length, enum ocd_breakpoint_kind kind,
                                                const struct ocd_call *call);

/**
 * @brief Removes the breakpoint at an address.
 * @param session A connected session.
 * @param addr    Its address; of #OCD_BREAKPOINT_CONTEXT its context.
 * @retval OCD_ERR_COMMAND There is none, or OpenOCD could not remove it.
 * @retval OCD_ERR_READ_ONLY The session may not write (ocd_options.read_only).
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_remove_breakpoint(struct ocd_session *session, uint64_t addr);
/** @brief ocd_remove_breakpoint() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_remove_breakpoint_async(struct ocd_session *session, uint64_t addr,
                                                   const struct ocd_call *call);
/**
 * @brief Removes all breakpoints of the target. There may be none.
 * @param session A connected session.
 * @return As ocd_remove_breakpoint().
 */
OCD_API int ocd_remove_breakpoints(struct ocd_session *session);
/** @brief ocd_remove_breakpoints() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_remove_breakpoints_async(struct ocd_session *session,
                                                    const struct ocd_call *call);

/** @brief Which accesses a watchpoint waits for. */
enum ocd_watchpoint_access {
    OCD_WATCHPOINT_READ = 1,   /**< Reads. */
    OCD_WATCHPOINT_WRITE = 2,  /**< Writes. */
    OCD_WATCHPOINT_ACCESS = 3, /**< Both. */
};

/** @brief A watchpoint. */
struct ocd_watchpoint {
    uint64_t addr;   /**< First address. */
    uint32_t length; /**< Bytes; many targets want a power of two and an aligned address. */
    enum ocd_watchpoint_access access; /**< Which accesses. */
    bool match_value;                  /**< Only those of @ref value. False: of any value. */
    uint64_t value;                    /**< The value, up to 32 bits in OpenOCD 0.12. */
    uint64_t ignore;                   /**< Bits of the value that are ignored. */
    uint64_t reserved[4];              /**< Reserved; zero. */
};

/**
 * @brief Lists the watchpoints. The target is not accessed.
 * @param session A connected session.
 * @param[out] watchpoints Receives an array, to be released with one ocd_free(); NULL after a
 *                         failure.
 * @param[out] count       Receives their number.
 * @return 0 or an error; see @ref target.
 */
OCD_API int ocd_watchpoints(struct ocd_session *session, struct ocd_watchpoint **watchpoints,
                            size_t *count);
/** @brief ocd_watchpoints() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_watchpoints_async(struct ocd_session *session,
                                             struct ocd_watchpoint **watchpoints, size_t *count,
                                             const struct ocd_call *call);

/**
 * @brief Sets a watchpoint. One that is set already is left as it is.
 *
 * Some target types (cortex_m) only note it, and hand it to the target when that resumes.
 *
 * @param session    A connected session.
 * @param watchpoint What to wait for; copied.
 * @retval OCD_ERR_COMMAND OpenOCD refused: there is another at that address, the target cannot do
 *                         that, no comparator is free …
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_set_watchpoint(struct ocd_session *session,
                               const struct ocd_watchpoint *watchpoint);
/** @brief ocd_set_watchpoint() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_set_watchpoint_async(struct ocd_session *session,
                                                const struct ocd_watchpoint *watchpoint,
                                                const struct ocd_call *call);

/**
 * @brief Removes the watchpoint at an address.
 * @param session A connected session.
 * @param addr    Its first address.
 * @retval OCD_ERR_COMMAND There is none, or OpenOCD could not remove it.
 * @return Otherwise 0 or an error; see @ref target.
 */
OCD_API int ocd_remove_watchpoint(struct ocd_session *session, uint64_t addr);
/** @brief ocd_remove_watchpoint() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_remove_watchpoint_async(struct ocd_session *session, uint64_t addr,
                                                   const struct ocd_call *call);
/**
 * @brief Removes all watchpoints of the target. There may be none.
 * @param session A connected session.
 * @return As ocd_remove_watchpoint().
 */
OCD_API int ocd_remove_watchpoints(struct ocd_session *session);
/** @brief ocd_remove_watchpoints() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_remove_watchpoints_async(struct ocd_session *session,
                                                    const struct ocd_call *call);

/** @} */

/**
 * @defgroup events Events
 *
 * OpenOCD notifies its Tcl clients of what happens to its targets. It does not say to which: with
 * several targets ask ocd_targets() or ocd_state() which it was.
 *
 * Codes: see @ref target.
 *  @{
 */

/** @brief Kinds of events. */
enum ocd_event_kind {
    OCD_EVENT_TARGET, /**< An event of a target: its name is "halted", "resumed", "debug-halted",
                           "step-start", "gdb-attach", "gdb-detach", "examine-fail", … (OpenOCD's
                           manual, "Target Events"). OpenOCD does not push those of a reset. */
    OCD_EVENT_STATE,  /**< A target has another state than the last one that was reported. */
    OCD_EVENT_RESET,  /**< A reset begins: its name is "run", "halt" or "init". */
    OCD_EVENT_OTHER,  /**< Anything else that OpenOCD may push, such as trace data. */
};

/** @brief An event. The strings are valid during the callback only. */
struct ocd_event {
    enum ocd_event_kind kind;    /**< Kind. */
    const char *name;            /**< Name of the event, the state or the mode of the reset; "" for
                                      #OCD_EVENT_OTHER. */
    enum ocd_target_state state; /**< #OCD_EVENT_STATE: the state. */
    const char *text;            /**< The whole line as OpenOCD sent it. */
    uint64_t reserved[4];        /**< Reserved; zero. */
};

/**
 * @brief Called for each event, from within ocd_loop_dispatch(), ocd_wait() or a blocking call. It
 * may start operations, but not wait for them.
 * @param event The event.
 * @param user  The pointer given with the callback.
 */
typedef void (*ocd_event_fn)(const struct ocd_event *event, void *user);

/**
 * @brief Watches the events of all targets of the session's OpenOCD.
 *
 * Events arrive between the replies of other calls and while nothing else is pending, whenever
 * ocd_loop_dispatch() is called. OpenOCD waits for a client that does not take what it sends: call
 * ocd_loop_dispatch() when ocd_loop_fd() is readable, or end the watch. A session that connects
 * again (ocd_options.reconnect) goes on watching.
 *
 * @param session A connected session.
 * @param event   The callback, in place of an earlier one. NULL ends the watch.
 * @param user    Handed to the callback.
 * @return 0 or an error; see @ref target. After a failure the earlier callback stays.
 */
OCD_API int ocd_subscribe_events(struct ocd_session *session, ocd_event_fn event, void *user);
/** @brief ocd_subscribe_events() as an operation; it ends when the events come. NULL if
 *         memory is short. */
OCD_API struct ocd_op *ocd_subscribe_events_async(struct ocd_session *session, ocd_event_fn event,
                                                  void *user, const struct ocd_call *call);

/**
 * @brief Waits for an event of a target (#OCD_EVENT_TARGET).
 *
 * What has happened before does not count. To miss nothing, start it before what causes the event:
 *
 *     struct ocd_op *halted = ocd_wait_event_async(session, "halted", NULL);
 *     ocd_resume(session);
 *     int result = ocd_wait(halted);
 *
 * Operations that were started later are not held up. It does not need ocd_subscribe_events().
 *
 * @param session    A connected session.
 * @param name       Name of the event, such as "halted".
 * @param timeout_ms Deadline in milliseconds. 0: the session's. #OCD_TIMEOUT_NONE: none.
 * @retval OCD_OK It has happened.
 * @retval OCD_ERR_TIMEOUT It has not.
 * @return Otherwise an error; see @ref target.
 */
OCD_API int ocd_wait_event(struct ocd_session *session, const char *name, uint32_t timeout_ms);
/** @brief ocd_wait_event() as an operation; the deadline is ocd_call.timeout_ms. NULL if memory is
 *         short. */
OCD_API struct ocd_op *ocd_wait_event_async(struct ocd_session *session, const char *name,
                                            const struct ocd_call *call);

/** @} */

/**
 * @defgroup symbols Symbols and types
 *
 * The names of a program: variables, functions, constants and types, from the symbol table and the
 * debug information (DWARF 2 to 5) of its linked ELF files. None of this needs a session.
 *
 * Without debug information the symbol table is used alone. A library that was built without libelf
 * and libdw (OCD_ELF=OFF) answers #OCD_ERR_UNSUPPORTED_BUILD when files are opened.
 *
 * What the library hands out here belongs to the struct ocd_symbols and is valid until
 * ocd_symbols_close(). Symbols may be used by one thread at a time; different ones are independent.
 *  @{
 */

struct ocd_symbols; /**< The names of one or more ELF files. Opaque. */
struct ocd_type;    /**< A type of the program. Opaque; see ocd_type_get_info(). */

/**
 * @brief Receives the warning that the target holds another program than the ELF files describe.
 *
 * It is called from within ocd_loop_dispatch(), ocd_wait() or a blocking call, and must not wait
 * for operations of the session.
 *
 * @param text One line that names both; valid during the call only.
 * @param user ocd_symbols_options.user.
 */
typedef void (*ocd_warning_fn)(const char *text, void *user);

/** @brief Flags of ocd_symbols_options. */
enum ocd_symbols_flag {
    OCD_SYMBOLS_MAP = 1u << 0, /**< Files are mapped instead of read, which takes less time and
                                    memory. They must not be overwritten in place while they are
                                    open; replacing them does no harm. */
};

/** @brief How ELF files are opened. Zero-initialise it; NULL means the defaults. */
struct ocd_symbols_options {
    unsigned flags;         /**< Bits of #ocd_symbols_flag; unknown ones are refused. */
    ocd_warning_fn warning; /**< The first value that is read or written in a session is preceded by
                                 ocd_check_program(), and a difference is reported here, once. NULL:
                                 nothing is compared. */
    void *user;             /**< Handed to @ref warning. */
    uint64_t reserved[8];   /**< Reserved; zero. */
};

/** @brief What an ELF file is. */
struct ocd_elf_info {
    const char *path;               /**< Name of the file, as it was given. */
    const char *machine;            /**< Such as "ARM", "RISC-V"; "unknown" for others. */
    unsigned bits;                  /**< 32 or 64: width of its addresses. */
    bool big_endian;                /**< Byte order of its data. */
    bool has_debug_info;            /**< Whether it has DWARF. */
    uint64_t entry;                 /**< Entry address; 0 if there is none. */
    const uint8_t *build_id;        /**< GNU build id, or NULL. */
    size_t build_id_size;           /**< Bytes in @ref build_id. */
    const struct ocd_range *rom;    /**< Ranges with contents that the program neither writes nor
                                         copies before it runs, notes excepted: what its flash
                                         holds. */
    size_t rom_count;               /**< Elements in @ref rom. */
    const struct ocd_range *memory; /**< All ranges that the program occupies, in ascending order of
                                         its sections. */
    size_t memory_count;            /**< Elements in @ref memory. */
    uint64_t build_id_addr;         /**< Address of @ref build_id; 0: it is not in memory. */
    uint64_t reserved[8];           /**< Reserved; zero. */
};

/**
 * @brief Opens ELF files.
 * @param[out] symbols Receives the symbols, to be closed with ocd_symbols_close(). After a failure
 *                     they answer ocd_symbols_error() and nothing else, and must be closed too;
 *                     NULL only after #OCD_ERR_NOMEM and when @p symbols itself is NULL.
 * @param paths   Names of the files. If several have a name, the first of them counts.
 * @param count   Their number, 1 to 64.
 * @param options Settings, or NULL.
 * @retval OCD_OK Opened.
 * @retval OCD_ERR_ARG No file, or an unknown flag.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_FILE A file cannot be read.
 * @retval OCD_ERR_FORMAT A file is not ELF, is malformed, is not linked (an object file), or has
 *                        another byte order or address width than the first one.
 * @retval OCD_ERR_UNSUPPORTED_BUILD The library was built without ELF.
 */
OCD_API int ocd_symbols_open(struct ocd_symbols **symbols, const char *const *paths, size_t count,
                             const struct ocd_symbols_options *options);
/**
 * @brief As ocd_symbols_open(), of one open file.
 * @param[out] symbols As for ocd_symbols_open().
 * @param fd      A regular file. It stays the caller's and may be closed after the call.
 * @param name    For messages. May be NULL.
 * @param options Settings, or NULL.
 * @return As ocd_symbols_open().
 */
OCD_API int ocd_symbols_open_fd(struct ocd_symbols **symbols, int fd, const char *name,
                                const struct ocd_symbols_options *options);
/**
 * @brief As ocd_symbols_open(), of one file that is in memory.
 * @param[out] symbols As for ocd_symbols_open().
 * @param data    The bytes of the file. They are copied.
 * @param size    Their number.
 * @param name    For messages. May be NULL.
 * @param options Settings, or NULL.
 * @return As ocd_symbols_open().
 */
OCD_API int ocd_symbols_open_memory(struct ocd_symbols **symbols, const void *data, size_t size,
                                    const char *name, const struct ocd_symbols_options *options);
/**
 * @brief Closes symbols and releases everything that they handed out.
 * @param symbols The symbols, or NULL. Expressions over them must have been closed before.
 */
OCD_API void ocd_symbols_close(struct ocd_symbols *symbols);

/**
 * @brief The last failure.
 * @param symbols The symbols. NULL is answered with #OCD_ERR_NOMEM's texts.
 * @return Never NULL; belongs to the symbols. ocd_error.message of an ambiguous name lists all
 *         matches, a line each.
 */
OCD_API const struct ocd_error *ocd_symbols_error(const struct ocd_symbols *symbols);

/** @brief Kinds of symbols. */
enum ocd_symbol_kind {
    OCD_SYMBOL_VARIABLE,      /**< A variable in memory. */
    OCD_SYMBOL_FUNCTION,      /**< A function. */
    OCD_SYMBOL_CONSTANT,      /**< A constant that is not in memory; its value is known. */
    OCD_SYMBOL_OPTIMISED_OUT, /**< A variable that the compiler has removed. */
    OCD_SYMBOL_THREAD_LOCAL,  /**< A thread-local variable. */
    OCD_SYMBOL_UNSUPPORTED,   /**< A variable at no fixed address, such as in a register. */
    OCD_SYMBOL_LABEL,         /**< An entry of the symbol table without a size: it is an address. */
};

/** @brief A symbol. It belongs to the symbols. */
struct ocd_symbol {
    enum ocd_symbol_kind kind;   /**< Kind. */
    bool has_addr;               /**< Whether @ref addr is known. */
    bool has_size;               /**< Whether @ref size is known. */
    uint64_t addr;               /**< First address; of Arm functions without the Thumb bit. */
    uint64_t size;               /**< Bytes. */
    const char *name;            /**< Whole name, as GDB writes it: "motor::pid", "main::count". */
    const char *linkage_name;    /**< Name in the symbol table; "" if it is not known. */
    const struct ocd_type *type; /**< Type; NULL if there is no debug information. */
    const char *file;            /**< Source file of the declaration; "" if it is not known. */
    unsigned line;               /**< Its line, from 1; 0 if it is not known. */
    const char *section;         /**< Section of the ELF file; "" if there is none. */
    const struct ocd_elf_info *elf; /**< The file that it is from. */
    uint64_t reserved[2];           /**< Reserved; zero. */
};

/**
 * @brief Finds the symbol of a name.
 *
 * Names are written as GDB writes them: `name`, `ns::Class::member`, `function::static_variable`,
 * `file.c:name`, `crate::module::NAME`; blanks inside template arguments do not matter. Parts that
 * have no name of their own (anonymous namespaces), and inline namespaces, may be left out. If
 * nothing has the whole name, a symbol that ends with it at a "::" is taken: `pid` for
 * `motor::pid`, `count` for `main::count`.
 *
 * @param symbols The symbols.
 * @param name    The name.
 * @param[out] symbol Receives the symbol; NULL after a failure.
 * @retval OCD_OK Found. Its kind says whether it is in memory.
 * @retval OCD_ERR_NO_SYMBOL There is none.
 * @retval OCD_ERR_AMBIGUOUS There are several; ocd_error.message lists them.
 * @retval OCD_ERR_NO_VALUE It is a local variable, on the stack or in a register.
 * @retval OCD_ERR_FILE A split debug file (.dwo), which may hold it, is missing.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL or the name is malformed.
 */
OCD_API int ocd_symbols_find(struct ocd_symbols *symbols, const char *name,
                             const struct ocd_symbol **symbol);

/**
 * @brief Receives symbols.
 * @param symbol The symbol.
 * @param user   As it was given.
 * @return 0 to go on; anything else ends the call.
 */
typedef int (*ocd_symbol_fn)(const struct ocd_symbol *symbol, void *user);

/**
 * @brief Hands over all symbols whose name matches, in ascending order of name.
 * @param symbols The symbols.
 * @param glob    A pattern with `*`, `?` and `[…]` for the whole name. NULL: all.
 * @param symbol  Receives them.
 * @param user    Handed to @p symbol.
 * @retval OCD_OK Done; there may have been none.
 * @retval OCD_ERR_CANCELLED @p symbol did not answer 0.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_symbols_each(struct ocd_symbols *symbols, const char *glob, ocd_symbol_fn symbol,
                             void *user);

/**
 * @brief The symbol at an address: the variable or function that occupies it, else the nearest
 *        label before it in the same section.
 * @param symbols The symbols.
 * @param addr    The address.
 * @param[out] symbol Receives the symbol; NULL after a failure.
 * @param[out] offset Receives the distance in bytes from its start. May be NULL.
 * @retval OCD_OK Found.
 * @retval OCD_ERR_NO_SYMBOL There is none.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_symbols_at(struct ocd_symbols *symbols, uint64_t addr,
                           const struct ocd_symbol **symbol, uint64_t *offset);

/** @brief Kinds of types. */
enum ocd_type_kind {
    OCD_TYPE_VOID,             /**< void, and Rust's (). */
    OCD_TYPE_BOOL,             /**< bool. */
    OCD_TYPE_CHAR,             /**< char, signed char, unsigned char. */
    OCD_TYPE_WIDE_CHAR,        /**< wchar_t, char8_t, char16_t, char32_t, Rust's char. */
    OCD_TYPE_INTEGER,          /**< Any other integer. */
    OCD_TYPE_FLOAT,            /**< float, double, ... */
    OCD_TYPE_COMPLEX,          /**< Complex numbers: real part, imaginary part. */
    OCD_TYPE_ENUM,             /**< Enumeration. */
    OCD_TYPE_POINTER,          /**< Pointer. */
    OCD_TYPE_REFERENCE,        /**< C++ `T &`. */
    OCD_TYPE_RVALUE_REFERENCE, /**< C++ `T &&`. */
    OCD_TYPE_MEMBER_POINTER,   /**< C++ pointer to a member. */
    OCD_TYPE_ARRAY,            /**< One dimension of an array. */
    OCD_TYPE_STRUCT,           /**< struct, Rust struct and tuple. */
    OCD_TYPE_CLASS,            /**< C++ class. */
    OCD_TYPE_UNION,            /**< union. */
    OCD_TYPE_VARIANT,          /**< Rust enum: a discriminant and one of several variants. */
    OCD_TYPE_FUNCTION,         /**< Function. */
    OCD_TYPE_TYPEDEF,          /**< Another name of ocd_type_info.target. */
    OCD_TYPE_CONST,            /**< Constant ocd_type_info.target. */
    OCD_TYPE_VOLATILE,         /**< Volatile ocd_type_info.target. */
    OCD_TYPE_ATOMIC,           /**< C11 _Atomic ocd_type_info.target. */
    OCD_TYPE_RESTRICT,         /**< Restrict ocd_type_info.target. */
    OCD_TYPE_UNSUPPORTED,      /**< A type that the library does not know. */
};

/** @brief A type. It belongs to the symbols. */
struct ocd_type_info {
    enum ocd_type_kind kind;       /**< Kind. */
    bool has_size;                 /**< False of incomplete types, and arrays without a bound. */
    bool is_signed;                /**< Integers, characters and enumerations. */
    bool is_flags;                 /**< Enumerations: each enumerator is one bit, or 0. */
    bool has_count;                /**< Arrays: whether @ref count is known. */
    bool is_declared_only;         /**< Structs, unions and enumerations without a definition. */
    uint64_t size;                 /**< Bytes. */
    uint64_t count;                /**< Arrays: number of elements. */
    uint64_t stride;               /**< Arrays: bytes from one element to the next. */
    const char *name;              /**< As the language writes it: "struct point", "int (*)[5]". */
    const struct ocd_type *target; /**< What it points to, its element, the type it names, result of
                                        a function, underlying type of an enumeration; or NULL. */
    size_t member_count;           /**< Members, bases and variants; parameters of functions. */
    size_t enumerator_count;       /**< Enumerators. */
    uint64_t reserved[4];          /**< Reserved; zero. */
};

/** @brief Kinds of members. */
enum ocd_member_kind {
    OCD_MEMBER_FIELD,        /**< A member. */
    OCD_MEMBER_BASE,         /**< A base class. */
    OCD_MEMBER_VIRTUAL_BASE, /**< A virtual base class: its offset is in the object. */
    OCD_MEMBER_STATIC,       /**< A static member: it is at an address of its own. */
    OCD_MEMBER_DISCRIMINANT, /**< #OCD_TYPE_VARIANT: the number that says which variant it is. */
    OCD_MEMBER_VARIANT,      /**< #OCD_TYPE_VARIANT: one variant. */
    OCD_MEMBER_PARAMETER,    /**< #OCD_TYPE_FUNCTION: a parameter. */
};

/** @brief A member. It belongs to the symbols. */
struct ocd_member {
    enum ocd_member_kind kind; /**< Kind. */
    bool is_artificial;        /**< Made by the compiler, such as a pointer to virtual functions. */
    bool is_default;           /**< Variants: the one without a discriminant of its own. */
    const char *name;          /**< Name; "" if it has none. */
    const struct ocd_type *type; /**< Type. */
    uint64_t offset;             /**< Bytes from the start; of bit fields of the first byte that has
                                      a bit of it. */
    unsigned bit_size;           /**< Bits of a bit field; 0: it is none. */
    unsigned bit_offset;        /**< Bit of that first byte where the bit field begins: counted from
                                     the least significant one in little-endian files, from the
                                     most significant one in big-endian files. */
    uint64_t discriminant;      /**< Variants: value of the discriminant. */
    uint64_t discriminant_last; /**< Variants: the last value, where it means several. */
    uint64_t reserved[2];       /**< Reserved; zero. */
};

/** @brief A name of a value. It belongs to the symbols. */
struct ocd_enumerator {
    const char *name;     /**< Name, with its class or enum class as GDB writes it. */
    int64_t value;        /**< Value; cast to uint64_t where the type is not signed. */
    uint64_t reserved[2]; /**< Reserved; zero. */
};

/**
 * @brief What a type is.
 * @param type A type.
 * @return NULL only if @p type is NULL.
 */
OCD_API const struct ocd_type_info *ocd_type_get_info(const struct ocd_type *type);
/**
 * @brief A member, base, variant or parameter.
 * @param type  A type.
 * @param index Which, from 0.
 * @return NULL if there are not as many.
 */
OCD_API const struct ocd_member *ocd_type_member(const struct ocd_type *type, size_t index);
/**
 * @brief An enumerator.
 * @param type  A type.
 * @param index Which, from 0.
 * @return NULL if there are not as many.
 */
OCD_API const struct ocd_enumerator *ocd_type_enumerator(const struct ocd_type *type, size_t index);
/**
 * @brief The type without typedefs and qualifiers, and with its definition where the type is only
 *        declared and another unit defines it.
 * @param type A type.
 * @return NULL only if @p type is NULL.
 */
OCD_API const struct ocd_type *ocd_type_strip(const struct ocd_type *type);

/**
 * @brief Finds a type by its name: `int`, `struct point`, `point`, `motor::Pid`, `Ring<int, 4>`,
 *        also with `const`, `*`, `&` and `[N]`.
 * @param symbols The symbols.
 * @param name    The name.
 * @param[out] type Receives the type; NULL after a failure.
 * @retval OCD_OK Found.
 * @retval OCD_ERR_NO_SYMBOL There is none.
 * @retval OCD_ERR_AMBIGUOUS Several files define different types of that name.
 * @retval OCD_ERR_EXPRESSION This is no type.
 * @retval OCD_ERR_FILE A split debug file (.dwo), which may hold it, is missing.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_symbols_type(struct ocd_symbols *symbols, const char *name,
                             const struct ocd_type **type);
/**
 * @brief The layout of a type for people: offset and size of each member, gaps and padding.
 * @param type A type.
 * @param[out] text Receives the text, to be released with ocd_free(); NULL after a failure.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_type_layout(const struct ocd_type *type, char **text);

/** @} */

/**
 * @defgroup expressions Expressions and values
 *
 * Expressions as in C over the names of a program, and the values that they have. Nothing here
 * reads a target: an expression says which bytes it needs, the caller gets them where it likes and
 * supplies them.
 *
 *     while ((rc = ocd_expression_read(e)) == OCD_PENDING) {
 *         size_t count;
 *         const struct ocd_range *needs = ocd_expression_needs(e, &count);
 *         for (size_t i = 0; i < count; i++) {
 *             ... read needs[i].size bytes at needs[i].addr ...
 *             ocd_expression_supply(e, needs[i].addr, bytes, needs[i].size);
 *         }
 *     }
 *     rc = ocd_value_text(ocd_expression_value(e), &text);
 *
 * What is understood: names as for ocd_symbols_find(), numbers, `a.b`, `p->x`, `a[3]`, `a[2..5]`
 * (both ends included), `*p`, `&a`, `+` and `-` with a number, brackets, casts to a type of the
 * program, enumerators and character constants.
 *
 * `a.b + 4` on a number is a number; on a pointer or an array it counts elements, as in C.
 *  @{
 */

struct ocd_expression; /**< An expression. Opaque. */

/** No limit, as a value of ocd_expression_options.limit. */
#define OCD_EXPRESSION_LIMIT_NONE UINT32_MAX

/** @brief How integers are written. */
enum ocd_number_format {
    OCD_NUMBER_NATURAL = 0, /**< By their type. */
    OCD_NUMBER_HEX,         /**< 0x… */
    OCD_NUMBER_DECIMAL,     /**< Decimal. */
    OCD_NUMBER_BINARY,      /**< Binary digits, without a prefix, as GDB's `print/t`. */
};

/** @brief How expressions are read and shown. Zero-initialise it; NULL means the defaults. */
struct ocd_expression_options {
    uint32_t limit; /**< Elements of an array and characters of a string that are shown, as GDB's
                         `set print elements`. 0: 200. #OCD_EXPRESSION_LIMIT_NONE: all. */
    enum ocd_number_format format; /**< How integers are written. */
    bool follow_anywhere; /**< Follow all pointers to text wherever they point. False: those inside
                               of structs and arrays only into the memory that the ELF files
                               occupy; a pointer that is itself the value of the expression always.
                               Pointers to volatile are never followed. */
    bool skip_text;       /**< Pointers to text are shown as addresses; nothing is read for
                               them. */
    uint64_t reserved[8]; /**< Reserved; zero. */
};

/**
 * @brief Parses an expression.
 * @param[out] expression Receives the expression, to be closed with ocd_expression_close(). After a
 *                        failure it answers ocd_expression_error() and must be closed too; NULL
 *                        only after #OCD_ERR_NOMEM and when a pointer is NULL.
 * @param symbols Stay open as long as the expression.
 * @param text    The expression, at most 4096 bytes.
 * @param options Settings, or NULL.
 * @retval OCD_OK It is well-formed; names are looked up by ocd_expression_locate().
 * @retval OCD_ERR_EXPRESSION It is malformed.
 * @retval OCD_ERR_ARG A pointer is NULL, or an option is invalid.
 * @retval OCD_ERR_NOMEM Out of memory.
 */
OCD_API int ocd_expression_open(struct ocd_expression **expression, struct ocd_symbols *symbols,
                                const char *text, const struct ocd_expression_options *options);
/**
 * @brief Closes an expression and releases its values.
 * @param expression The expression, or NULL.
 */
OCD_API void ocd_expression_close(struct ocd_expression *expression);
/**
 * @brief The last failure.
 * @param expression The expression. NULL is answered with #OCD_ERR_NOMEM's texts.
 * @return Never NULL; belongs to the expression. Its text begins with the expression.
 */
OCD_API const struct ocd_error *ocd_expression_error(const struct ocd_expression *expression);

/**
 * @brief Finds out where the expression is. Needs bytes only where pointers are followed.
 * @param expression The expression.
 * @retval OCD_OK Done: see ocd_expression_location().
 * @retval OCD_PENDING Supply what ocd_expression_needs() lists, and call it again.
 * @retval OCD_ERR_NO_SYMBOL No such symbol, member or type.
 * @retval OCD_ERR_AMBIGUOUS A name means several things.
 * @retval OCD_ERR_NO_VALUE It has no address and no value: optimised out, thread-local, in a
 *                          register, a function's code, or bytes that cannot be read.
 * @retval OCD_ERR_EXPRESSION The operation is not possible with that type.
 * @retval OCD_ERR_FILE A split debug file (.dwo) is missing.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG @p expression is NULL or was not opened.
 */
OCD_API int ocd_expression_locate(struct ocd_expression *expression);
/**
 * @brief Finds out the value.
 * @param expression The expression.
 * @return As ocd_expression_locate(); then ocd_expression_value() answers.
 */
OCD_API int ocd_expression_read(struct ocd_expression *expression);

/**
 * @brief The bytes that are missing after #OCD_PENDING. A scalar is one range.
 * @param expression The expression.
 * @param[out] count Receives the number of ranges.
 * @return Belongs to the expression, valid until its next call but ocd_expression_supply().
 */
OCD_API const struct ocd_range *ocd_expression_needs(const struct ocd_expression *expression,
                                                     size_t *count);
/**
 * @brief Supplies bytes.
 * @param expression The expression.
 * @param addr First address.
 * @param data The bytes, which are copied; NULL: they cannot be read.
 * @param size Their number.
 * @retval OCD_OK Taken.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG @p expression is NULL.
 */
OCD_API int ocd_expression_supply(struct ocd_expression *expression, uint64_t addr,
                                  const void *data, size_t size);

/** @brief Where an expression is. It belongs to the expression. */
struct ocd_location {
    bool in_memory;                  /**< False: it is a constant; see @ref is_constant. */
    bool is_constant;                /**< Its value is known without reading. */
    uint64_t addr;                   /**< First address. */
    uint64_t size;                   /**< Bytes, 0 if they are not known. */
    unsigned bit_offset;             /**< Of a bit field, as ocd_member.bit_offset. */
    unsigned bit_size;               /**< Bits of a bit field; 0: it is none. */
    const struct ocd_type *type;     /**< Type; NULL if it is not known. */
    const struct ocd_symbol *symbol; /**< The symbol that the expression begins with, or NULL. */
    bool big_endian;                 /**< Byte order. */
    uint64_t reserved[4];            /**< Reserved; zero. */
};

/**
 * @brief Where the expression is, after ocd_expression_locate() or ocd_expression_read().
 * @param expression The expression.
 * @return NULL before that, and after a failure.
 */
OCD_API const struct ocd_location *ocd_expression_location(const struct ocd_expression *expression);

/** @brief Kinds of values. */
enum ocd_value_kind {
    OCD_VALUE_UNAVAILABLE, /**< There is none; ocd_value.text says why. */
    OCD_VALUE_BOOL,        /**< ocd_value.number is 0 or 1. */
    OCD_VALUE_CHAR,        /**< ocd_value.number. */
    OCD_VALUE_INTEGER,   /**< ocd_value.number, up to 64 bits; wider ones are in ocd_value.data. */
    OCD_VALUE_FLOAT,     /**< ocd_value.real. */
    OCD_VALUE_COMPLEX,   /**< Two children. */
    OCD_VALUE_ENUM,      /**< ocd_value.number; ocd_value.text is the enumerator's name, or NULL. */
    OCD_VALUE_POINTER,   /**< ocd_value.number; ocd_value.text is the string or NULL. */
    OCD_VALUE_REFERENCE, /**< ocd_value.number; one child where what it refers to was read. */
    OCD_VALUE_STRUCT,    /**< Children are members and bases. */
    OCD_VALUE_UNION,     /**< Children are members. */
    OCD_VALUE_VARIANT,   /**< Rust enum: one child, the variant that it is. */
    OCD_VALUE_ARRAY,     /**< Children are elements; also of a Rust slice. */
    OCD_VALUE_STRING,    /**< ocd_value.text with ocd_value.text_size bytes: an array of
                              characters, or a Rust string. */
    OCD_VALUE_FUNCTION,  /**< The code of a function; ocd_value.number is its address. */
};

/** @brief A value. It belongs to the expression, valid until it is reset or closed. */
struct ocd_value {
    enum ocd_value_kind kind;        /**< Kind. */
    bool is_signed;                  /**< Integers: @ref number is to be cast to int64_t. */
    bool in_memory;                  /**< Whether @ref addr is known. */
    const char *name;                /**< Member, base or variant; "" otherwise. */
    const struct ocd_type *type;     /**< Type; NULL if it is not known. */
    uint64_t addr;                   /**< First address. */
    unsigned bit_offset;             /**< Of a bit field, as ocd_member.bit_offset. */
    unsigned bit_size;               /**< Bits of a bit field; 0: it is none. */
    const uint8_t *data;             /**< Bytes as in memory; NULL if there are none. */
    size_t size;                     /**< Bytes in @ref data. */
    uint64_t number;                 /**< See @ref kind. */
    double real;                     /**< See @ref kind. */
    const char *text;                /**< See @ref kind. NUL-terminated. */
    size_t text_size;                /**< Bytes in @ref text, which may have NULs. */
    const struct ocd_member *member; /**< The member that it is, or NULL. */
    size_t child_count;              /**< Children. */
    uint64_t reserved[2];            /**< Reserved; zero. */
};

/**
 * @brief The value, after ocd_expression_read().
 * @param expression The expression.
 * @return NULL before that, and after a failure.
 */
OCD_API const struct ocd_value *ocd_expression_value(const struct ocd_expression *expression);
/**
 * @brief A child of a value.
 * @param value A value.
 * @param index Which, from 0.
 * @return NULL if there are not as many, or memory is short.
 */
OCD_API const struct ocd_value *ocd_value_child(const struct ocd_value *value, size_t index);
/**
 * @brief A value as GDB prints it.
 * @param value A value.
 * @param[out] text Receives the text, to be released with ocd_free(); NULL after a failure.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_value_text(const struct ocd_value *value, char **text);
/**
 * @brief A value as JSON: integers and floats as numbers (NaN and infinities as strings), booleans,
 *        enumerators by name, pointers as "0x…", arrays of characters as strings up to NUL,
 *        structs and unions as objects, arrays as arrays. What has no value is null.
 * @param value A value.
 * @param[out] text Receives the text, to be released with ocd_free(); NULL after a failure.
 * @return As ocd_value_text().
 */
OCD_API int ocd_value_json(const struct ocd_value *value, char **text);

/** @brief Bytes to be written. It belongs to the expression. */
struct ocd_patch {
    uint64_t addr;       /**< First address. */
    size_t size;         /**< Bytes. */
    const uint8_t *data; /**< The bytes. */
    const uint8_t *mask; /**< NULL: all of them are written. Otherwise of a bit field: the bits that
                              are 1 are to be replaced, the others kept. The range is the smallest
                              aligned unit of 1, 2, 4 or 8 bytes; writing it is not atomic. */
    uint64_t reserved[2]; /**< Reserved; zero. */
};

/**
 * @brief The bytes that give an expression a value, after ocd_expression_locate().
 * @param expression The expression: a number, an enumeration, a pointer, a bit field, or an array
 *                   of characters.
 * @param value The value as text: a number (decimal, 0x…, 0b…, a float), true, false, an
 *              enumerator's name or several with "|", a character in single quotes, a string in
 *              double quotes, the name of an object or function with `&` for a pointer, or
 *              {1, 2, 3} for an array.
 * @param[out] patch Receives the bytes, valid until the expression's next call; NULL after a
 *                   failure.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_RANGE The value does not fit.
 * @retval OCD_ERR_EXPRESSION The value is malformed, or the type cannot be written.
 * @retval OCD_ERR_NO_SYMBOL No such enumerator or symbol.
 * @retval OCD_ERR_NO_VALUE The expression is not in memory.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_ARG A pointer is NULL, or the expression was not located.
 */
OCD_API int ocd_expression_encode(struct ocd_expression *expression, const char *value,
                                  const struct ocd_patch **patch);

/** @} */

/**
 * @defgroup values Values of a target
 *
 * Expressions in the memory of a session:
 *
 *     struct ocd_symbols *symbols;
 *     struct ocd_expression *kp;
 *     ocd_symbols_open(&symbols, (const char *[]){"firmware.elf"}, 1, NULL);
 *     ocd_expression_open(&kp, symbols, "motor.pid.kp", NULL);
 *     if (ocd_read_value(session, kp) == OCD_OK)
 *         printf("%g\n", ocd_expression_value(kp)->real);
 *     ocd_write_value(session, kp, "1.5");
 *
 * Only what the expression asks for is read: a member and not the struct around it, a pointer and
 * then what it points to, strings up to the limit in steps of at most 64 bytes. A value of 1, 2 or
 * 4 bytes (of 8 where the ELF file's addresses have 64 bits) at an aligned address is one access of
 * that width; the others are read as ocd_read_bytes() does, and may have changed in between.
 *
 * Codes, besides those of @ref memory and of ocd_expression_locate():
 * - #OCD_ERR_ARG: a pointer is NULL, or the expression was not opened.
 * - #OCD_ERR_TARGET: memory that the expression needs cannot be read; ocd_error.addr is the
 *   first such address. A string that cannot be read is no failure: the value says so.
 *
 * An expression must stay open, and must not be used otherwise, until the operation has ended.
 * Operations that read values may overtake longer reads, as small reads do.
 *  @{
 */

/**
 * @brief Compares the program in the target with the ELF files, as far as that is cheap.
 *
 * Of each file its build id is read where the program has that in memory. If there is none, samples
 * of what its flash holds are: up to 4096 bytes of all files together. Other memory is not read.
 * What cannot be read is not compared.
 *
 * It need not be called where ocd_symbols_options.warning is given.
 *
 * @param session A connected session.
 * @param symbols The ELF files.
 * @retval OCD_OK No difference was found.
 * @retval OCD_ERR_MISMATCH The target has another program; ocd_error.message names both.
 * @return Otherwise an error; see @ref values.
 */
OCD_API int ocd_check_program(struct ocd_session *session, struct ocd_symbols *symbols);
/** @brief ocd_check_program() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_check_program_async(struct ocd_session *session,
                                               struct ocd_symbols *symbols,
                                               const struct ocd_call *call);
/**
 * @brief Finds out where an expression is, as ocd_expression_locate(); reads the pointers that it
 *        follows.
 * @param session    A connected session.
 * @param expression The expression. Afterwards ocd_expression_location() answers.
 * @return 0 or an error; see @ref values.
 */
OCD_API int ocd_locate_value(struct ocd_session *session, struct ocd_expression *expression);
/** @brief ocd_locate_value() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_locate_value_async(struct ocd_session *session,
                                              struct ocd_expression *expression,
                                              const struct ocd_call *call);
/**
 * @brief Reads the value of an expression. What was read before is forgotten.
 * @param session    A connected session.
 * @param expression The expression. Afterwards ocd_expression_value() answers; NULL after a
 *                   failure.
 * @return 0 or an error; see @ref values.
 */
OCD_API int ocd_read_value(struct ocd_session *session, struct ocd_expression *expression);
/** @brief ocd_read_value() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_read_value_async(struct ocd_session *session,
                                            struct ocd_expression *expression,
                                            const struct ocd_call *call);
/**
 * @brief Gives an expression a value.
 *
 * A bit field is read, changed and written back with the smallest aligned unit that holds it: what
 * the target changes there in between is lost. #OCD_WRITE_VERIFY compares the whole unit.
 *
 * @param session    A connected session.
 * @param expression The expression.
 * @param value      The value, as for ocd_expression_encode(). It is copied.
 * @retval OCD_ERR_RANGE The value does not fit; nothing was written.
 * @return Otherwise 0 or an error; see @ref values and ocd_expression_encode().
 */
OCD_API int ocd_write_value(struct ocd_session *session, struct ocd_expression *expression,
                            const char *value);
/** @brief ocd_write_value() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_write_value_async(struct ocd_session *session,
                                             struct ocd_expression *expression, const char *value,
                                             const struct ocd_call *call);

/** @} */

/**
 * @defgroup sampler Values over time
 *
 * A sampler reads a list of values again and again while the core runs:
 *
 *     struct ocd_sampler *sampler;
 *     uint32_t speed, counter;
 *     ocd_sampler_open(&sampler, session,
 *                      &(struct ocd_sampler_options){
 *                          .rate = 100, .symbols = symbols, .frame = print, .user = NULL});
 *     ocd_sampler_add(sampler, &(struct ocd_sampler_item){.expression = "motor.speed"}, &speed);
 *     ocd_sampler_add(sampler,
 *                     &(struct ocd_sampler_item){.addr = 0x20004F00, .type = OCD_NUMBER_U32},
 *                     &counter);
 *     ocd_sampler_run(sampler);
 *     ocd_sampler_close(sampler);
 *
 * Each frame has all values and the time at which they were read; what is missing between two
 * frames is a gap with a reason. A run goes on through halts and resets of the core, and, with
 * ocd_options.reconnect, through the end of OpenOCD. Its use of memory does not grow.
 *
 * **What is read.** Only what the items ask for, and what is between two of them where both lie in
 * one RAM section of the ELF files (one that the program writes) or in one of
 * ocd_sampler_options.ram. When the run starts, it is measured whether reading across is cheaper.
 * Everything else, such as a peripheral's registers, is read by itself and with accesses of the
 * item's own width. A pointer that an expression follows is read in each frame.
 *
 * **What is written.** Nothing, and the core is not stopped, except where #OCD_TEAR_HALT,
 * #OCD_SAMPLER_TARGET_TIME or ocd_sampler_write() ask for it.
 *
 * **Torn values.** An aligned value of 1, 2 or 4 bytes is read by one access and is whole. Others
 * may change while they are read: see #ocd_tear.
 *
 * **Resets** are seen where a client of OpenOCD asks for one, and where OpenOCD finds the core
 * reset: the sampler asks for its state at least every 80 ms. Another client that asks OpenOCD
 * for anything at the same moment may see it first.
 *
 * A sampler belongs to its session and must be closed before it. Callbacks are called from within
 * ocd_loop_dispatch(), ocd_wait() or a blocking call; they may start operations of the session but
 * not wait for them, and may add and remove values.
 *  @{
 */

struct ocd_sampler; /**< A list of values to be read again and again. Opaque. */

/** As ocd_sampler_options.rate: as fast as possible. */
#define OCD_RATE_MAX 1e9

/** The most bytes that one value may have. */
#define OCD_SAMPLE_MAX 65536u

/** @brief What is done about values that may change while they are read. */
enum ocd_tear {
    OCD_TEAR_DEFAULT = 0, /**< #OCD_TEAR_CHECK for a number, pointer or enumeration,
                               #OCD_TEAR_IGNORE for everything else. */
    OCD_TEAR_CHECK = 1,   /**< Read it again in the same request, up to 4 times, until it has not
                             changed;   if it always has, it is #OCD_SAMPLE_TORN. */
    OCD_TEAR_IGNORE = 2,  /**< Read it once; it is #OCD_SAMPLE_UNCHECKED. */
    OCD_TEAR_HALT = 3,    /**< Halt the core if it runs, read, and let it run on, in one request:
                               ocd_frame.halted_us says for how long. */
};

/** @brief What is known of a value in a frame. */
enum ocd_sample_status {
    OCD_SAMPLE_GOOD = 0,   /**< It was whole, at one moment within the frame. */
    OCD_SAMPLE_UNCHECKED,  /**< Its parts may be of different moments. */
    OCD_SAMPLE_TORN,       /**< It kept changing while it was read: there is no value. */
    OCD_SAMPLE_UNREADABLE, /**< There is no value; ocd_sample.error says why. */
};

/** @brief Why frames are missing. */
enum ocd_gap_reason {
    OCD_GAP_LATE = 1,     /**< This program, or the machine, was not in time. */
    OCD_GAP_BUSY,         /**< OpenOCD served another client. */
    OCD_GAP_RECONNECTING, /**< The connection was lost, and is back. */
    OCD_GAP_RESET,        /**< The core was reset. */
};

/**
 * @brief The name of a reason.
 * @param reason An #ocd_gap_reason.
 * @return "late", "busy", "reconnecting" or "reset"; "unknown" for any other number.
 */
OCD_API const char *ocd_gap_name(enum ocd_gap_reason reason);

/** @brief Types of the numbers at an address. */
enum ocd_number_type {
    OCD_NUMBER_U8 = 1, /**< uint8_t. */
    OCD_NUMBER_U16,    /**< uint16_t. */
    OCD_NUMBER_U32,    /**< uint32_t. */
    OCD_NUMBER_U64,    /**< uint64_t. */
    OCD_NUMBER_S8,     /**< int8_t. */
    OCD_NUMBER_S16,    /**< int16_t. */
    OCD_NUMBER_S32,    /**< int32_t. */
    OCD_NUMBER_S64,    /**< int64_t. */
    OCD_NUMBER_F32,    /**< An IEEE 754 float of 4 bytes. */
    OCD_NUMBER_F64,    /**< An IEEE 754 double of 8 bytes. */
};

/** @brief A value that is to be read: an expression, or a number type at an address. */
struct ocd_sampler_item {
    const char *expression;    /**< Such as "motor.speed", of ocd_sampler_options.symbols. NULL:
                                    @ref addr, @ref type and @ref count. It is copied. */
    uint64_t addr;             /**< First address. */
    enum ocd_number_type type; /**< Type of the number there. */
    uint32_t count;            /**< Elements of an array of them; 0: a single number. */
    enum ocd_tear tear;        /**< What is done about torn values. */
    uint64_t reserved[4];      /**< Reserved; zero. */
};

/** @brief One value in a frame. It belongs to the sampler, valid during the callback only. */
struct ocd_sample {
    uint32_t id;                   /**< As ocd_sampler_add() has given it. */
    enum ocd_sample_status status; /**< What is known of it. */
    const struct ocd_value *value; /**< The value, as ocd_expression_value(); of an address, too.
                                        NULL if it is torn or unreadable. */
    const void *data;              /**< Its bytes as the target has them; NULL if it is torn or
                                        unreadable, or nothing had to be read for it. */
    size_t size;                   /**< Bytes in @ref data. */
    bool big_endian;               /**< Byte order of @ref data. */
    const struct ocd_error *error; /**< Why it is unreadable; otherwise NULL. */
    uint64_t reserved[4];          /**< Reserved; zero. */
};

/** @brief All values of one moment. It belongs to the sampler, valid during the callback only. */
struct ocd_frame {
    uint64_t number;                  /**< Counts from 0. */
    int64_t host_us;                  /**< When it was read: middle of the time in which it was, in
                                           microseconds of CLOCK_REALTIME. */
    uint32_t host_error_us;           /**< It was read within @ref host_us plus or minus this. */
    int64_t server_us;                /**< The same by the clock of OpenOCD's machine; 0 without
                                           #OCD_SAMPLER_SERVER_TIME. */
    uint64_t target_before;           /**< Cycles of the core (DWT_CYCCNT without its wraps) before
                                           the values were read; 0 without
                                           #OCD_SAMPLER_TARGET_TIME. */
    uint64_t target_after;            /**< The same after it. */
    enum ocd_target_state state;      /**< State of the core. */
    uint32_t halted_us;               /**< #OCD_TEAR_HALT: for how long it was halted. */
    const struct ocd_sample *samples; /**< The values, in the order in which they were added. */
    size_t count;                     /**< Their number. */
    uint64_t reserved[4];             /**< Reserved; zero. */
};

/** @brief A time without frames. It is valid during the callback only. */
struct ocd_gap {
    enum ocd_gap_reason reason;    /**< Why. */
    int64_t from_us;               /**< Time of the last frame before it, as ocd_frame.host_us. */
    uint64_t length_us;            /**< Microseconds until the next frame. */
    const struct ocd_error *error; /**< #OCD_GAP_RECONNECTING: why the connection was lost; NULL
                                        otherwise. */
    uint64_t reserved[4];          /**< Reserved; zero. */
};

/**
 * @brief Called for each frame.
 * @param frame The frame.
 * @param user  ocd_sampler_options.user.
 * @return 0 to go on; anything else ends the run, with #OCD_OK.
 */
typedef int (*ocd_frame_fn)(const struct ocd_frame *frame, void *user);

/**
 * @brief Called for each gap, before the frame that ends it.
 *
 * A gap is a time between two frames that is longer than two periods, and than one period and
 * 20 ms. A reset and a lost connection are always gaps. Frames that are less late are counted in
 * ocd_sampler_stats.late.
 *
 * @param gap  The gap.
 * @param user ocd_sampler_options.user.
 */
typedef void (*ocd_gap_fn)(const struct ocd_gap *gap, void *user);

/** @brief Flags of ocd_sampler_options. */
enum ocd_sampler_flag {
    OCD_SAMPLER_SERVER_TIME = 1u << 0, /**< Set ocd_frame.server_us. */
    OCD_SAMPLER_TARGET_TIME = 1u << 1, /**< Set ocd_frame.target_before and
                                            ocd_frame.target_after. Only a Cortex-M has this. The
                                            counter is enabled for the run (DEMCR.TRCENA and
                                            DWT_CTRL.CYCCNTENA are written), and left as it was
                                            found at its end. */
};

/** @brief How a sampler works. Zero-initialise it; 0 and NULL stand for the defaults. */
struct ocd_sampler_options {
    double rate;                 /**< Frames a second; 0: 10. #OCD_RATE_MAX: as fast as possible.
                                  */
    unsigned flags;              /**< Bits of #ocd_sampler_flag. */
    uint64_t frames;             /**< The run ends after as many. 0: it does not. */
    struct ocd_symbols *symbols; /**< For expressions; it stays the caller's and must be open as
                                      long as the sampler. NULL: none. */
    const struct ocd_range *ram; /**< Memory besides the RAM sections of @ref symbols that may be
                                      read between two values. It is copied. NULL: none. */
    size_t ram_count;            /**< Elements in @ref ram. */
    ocd_frame_fn frame;          /**< Called for each frame. NULL: frames are only counted. */
    ocd_gap_fn gap;              /**< Called for each gap, or NULL. */
    void *user;                  /**< Handed to the callbacks. */
    uint64_t reserved[8];        /**< Reserved; zero. */
};

/**
 * @brief Makes a sampler. Nothing is sent.
 * @param[out] sampler Receives the sampler, to be closed with ocd_sampler_close(); NULL after a
 *                     failure.
 * @param session A session, connected or not.
 * @param options Settings, or NULL for the defaults.
 * @retval OCD_OK Made.
 * @retval OCD_ERR_ARG A pointer is NULL, or an option is invalid.
 * @retval OCD_ERR_NOMEM Out of memory.
 */
OCD_API int ocd_sampler_open(struct ocd_sampler **sampler, struct ocd_session *session,
                             const struct ocd_sampler_options *options);

/**
 * @brief Adds a value, before a run or between two frames. Nothing is sent.
 *
 * Whether its memory can be read shows in the frames.
 *
 * @param sampler The sampler.
 * @param item    What is to be read.
 * @param[out] id Receives a number that is never given again by this sampler; 0 after a failure,
 *                which no value has. It may be NULL.
 * @retval OCD_OK Added: it is in the frames that are asked for from now on.
 * @retval OCD_ERR_ARG A pointer is NULL, a field is invalid, the range wraps or has more than
 *                     #OCD_SAMPLE_MAX bytes, or there is an expression but no symbols.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @return Otherwise as ocd_expression_open() and ocd_expression_locate(). ocd_last_error() of the
 *         session has the detail.
 */
OCD_API int ocd_sampler_add(struct ocd_sampler *sampler, const struct ocd_sampler_item *item,
                            uint32_t *id);

/**
 * @brief Removes a value, before a run or between two frames.
 * @param sampler The sampler.
 * @param id      As ocd_sampler_add() has given it.
 * @retval OCD_OK Removed: no later frame has it.
 * @retval OCD_ERR_ARG @p sampler is NULL, or it has no such value.
 */
OCD_API int ocd_sampler_remove(struct ocd_sampler *sampler, uint32_t id);

/**
 * @brief Reads frames until as many as ocd_sampler_options.frames have come, the callback ends the
 * run, or it fails.
 *
 * It is a bulk call (see @ref time): it fails when no request has been completed for the time
 * limit. Where other clients keep OpenOCD busy for longer than that, give the operation a longer
 * one. While the connection is lost and ocd_options.reconnect is set, only `deadline_ms` counts: it
 * tries to connect again until that is over.
 *
 * A sampler can run again when its run has ended: frames and statistics begin anew.
 *
 * @param sampler The sampler.
 * @retval OCD_OK Ended as wanted.
 * @retval OCD_ERR_ARG @p sampler is NULL.
 * @retval OCD_ERR_BUSY Inside a callback of the session, or a run is under way.
 * @retval OCD_ERR_READ_ONLY #OCD_SAMPLER_TARGET_TIME needs to write what the session may not.
 * @retval OCD_ERR_TARGET #OCD_SAMPLER_TARGET_TIME: the core has no cycle counter.
 * @retval OCD_ERR_CLOSED The connection was lost, without ocd_options.reconnect.
 * @return Otherwise an error; see @ref memory. Memory that cannot be read is no failure of the run.
 */
OCD_API int ocd_sampler_run(struct ocd_sampler *sampler);
/** @brief ocd_sampler_run() as an operation; other operations of the session go on meanwhile.
 *         ocd_cancel() ends it. NULL if memory is short or @p sampler is NULL. */
OCD_API struct ocd_op *ocd_sampler_run_async(struct ocd_sampler *sampler,
                                             const struct ocd_call *call);

/**
 * @brief Writes a value of the sampler between two frames.
 * @param sampler The sampler, running or not.
 * @param id      As ocd_sampler_add() has given it.
 * @param value   The value as text, as for ocd_expression_encode(); of an address a single number.
 * @retval OCD_OK Written: later frames show it, unless the target has changed it.
 * @retval OCD_ERR_ARG A pointer is NULL, or there is no such value.
 * @retval OCD_ERR_EXPRESSION The value is malformed, or this one cannot be written.
 * @retval OCD_ERR_RANGE The value does not fit; nothing was written.
 * @return Otherwise an error; see ocd_write_value().
 */
OCD_API int ocd_sampler_write(struct ocd_sampler *sampler, uint32_t id, const char *value);
/** @brief ocd_sampler_write() as an operation. NULL if memory is short or @p sampler is NULL. */
OCD_API struct ocd_op *ocd_sampler_write_async(struct ocd_sampler *sampler, uint32_t id,
                                               const char *value, const struct ocd_call *call);

/** @brief What a run has done so far. */
struct ocd_sampler_stats {
    uint64_t frames;      /**< Frames. */
    uint64_t late;        /**< Of these, read more than 2 ms after their time. */
    uint64_t torn;        /**< Values that were torn, in all frames. */
    uint64_t gaps;        /**< Gaps. */
    uint64_t lost;        /**< Frames that the rate asks for and that were not read. */
    double rate;          /**< Frames a second that were reached; 0: not known yet. */
    double rate_possible; /**< Frames a second that this server and target allow, as measured so
                               far, the time for other clients left out; 0: not known yet. */
    uint64_t reserved[8]; /**< Reserved; zero. */
};

/**
 * @brief Reports what the run, or the last one, has done.
 * @param sampler    The sampler.
 * @param[out] stats Receives it.
 * @retval OCD_OK Done.
 * @retval OCD_ERR_ARG A pointer is NULL.
 */
OCD_API int ocd_sampler_get_stats(const struct ocd_sampler *sampler,
                                  struct ocd_sampler_stats *stats);

/**
 * @brief Ends the run, if one is under way, with #OCD_ERR_CANCELLED, and releases everything.
 * @param sampler The sampler, or NULL.
 */
OCD_API void ocd_sampler_close(struct ocd_sampler *sampler);

/** @} */

/** @defgroup command Commands
 *  @{ */

/**
 * @brief Runs any Tcl command or script in OpenOCD.
 * @param session A connected session.
 * @param tcl     The script. Any bytes but NUL.
 * @param[out] result Receives its result, NUL-terminated, to be released with ocd_free(). NULL
 *                    after a failure. The parameter itself may be NULL.
 * @retval OCD_OK The script succeeded, as Tcl's `catch` has it. For `shutdown` and `exit`: OpenOCD
 *                has ended the connection as asked.
 * @retval OCD_ERR_COMMAND It failed; ocd_error.message has its result and what OpenOCD logged.
 * @retval OCD_ERR_ARG @p session or @p tcl is NULL.
 * @retval OCD_ERR_NOMEM Out of memory.
 * @retval OCD_ERR_READ_ONLY The session's writes are restricted.
 * @retval OCD_ERR_CANCELLED Cancelled.
 * @retval OCD_ERR_BUSY Called inside a callback of the same session.
 * @retval OCD_ERR_CLOSED The connection is gone.
 * @retval OCD_ERR_TIMEOUT No answer in time. OpenOCD goes on with the script.
 * @retval OCD_ERR_PROTOCOL Malformed or oversized reply.
 */
OCD_API int ocd_command(struct ocd_session *session, const char *tcl, char **result);
/** @brief ocd_command() as an operation. NULL if memory is short. */
OCD_API struct ocd_op *ocd_command_async(struct ocd_session *session, const char *tcl,
                                         char **result, const struct ocd_call *call);

/** @} */

#ifdef __cplusplus
}
#endif
