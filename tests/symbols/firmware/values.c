// SPDX-License-Identifier: MIT
/* One variable or more of every type that C has, with contents. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEEP __attribute__((used))

enum mode {
    MODE_OFF,
    MODE_SLOW,
    MODE_FAST = 7,
    MODE_LOST = -1
};
enum flags {
    FLAG_READY = 1,
    FLAG_BUSY = 2,
    FLAG_ERROR = 8
};
enum ranges {
    RANGE_LOW = 0x0f,
    RANGE_HIGH = 0xf0,
    RANGE_TOP = 0x100
};

KEEP bool truth = true, lie = false;
KEEP char letter = 'a', quote = '\'', newline = '\n', high = (char)0xe9;
KEEP signed char tiny = -3;
KEEP unsigned char octet = 200;
KEEP short small = -12345;
KEEP unsigned short usmall = 54321;
KEEP int number = -123456789;
KEEP unsigned int unumber = 4000000000u;
KEEP long lnumber = -5;
KEEP unsigned long ulnumber = 5;
KEEP long long big = -1234567890123456789;
KEEP unsigned long long ubig = 18446744073709551615u;
KEEP float single = 0.1f, single_large = 1e30f, single_whole = 3.0f,
           single_nan = __builtin_nanf("");
KEEP double wide = 3.141592653589793, wide_tiny = 4.9e-324, wide_inf = -1.0 / 0.0, wide_zero = -0.0;
KEEP int8_t i8 = -8;
KEEP uint8_t u8 = 65;
KEEP uint32_t u32 = 0xdeadbeef;
KEEP int64_t i64 = -64;
KEEP size_t size = 77;
KEEP _Complex double complex_number = 1.0;
KEEP volatile const int constant_volatile = 42;

KEEP enum mode mode = MODE_FAST, lost = MODE_LOST, odd_mode = (enum mode)3;
KEEP enum flags no_flags = 0, two_flags = FLAG_READY | FLAG_ERROR, odd_flags = 0x15;
KEEP enum ranges ranges = RANGE_LOW | RANGE_TOP;
typedef enum {
    COLOUR_RED,
    COLOUR_GREEN
} colour_t;
enum bit {
    BIT_NONE,
    BIT_0,
    BIT_1,
    BIT_2 = 4
};
KEEP enum bit both_bits = BIT_0 | BIT_2, odd_bits = (enum bit)12, far_bits = (enum bit)8;
KEEP colour_t colour = COLOUR_GREEN;

struct point {
    int16_t x, y;
};
typedef struct point point_t;
KEEP struct point origin = {0, 0};
KEEP point_t corner = {-1, 99};

struct bits {
    unsigned a : 1;
    unsigned b : 3;
    int c : 5;
    enum mode m : 4;
    bool d : 1;
    uint64_t far : 40;
    unsigned char last : 7;
};
KEEP struct bits bits = {1, 5, -7, MODE_FAST, true, 0x123456789a, 100};

union cell {
    uint32_t word;
    uint8_t bytes[4];
    float real;
};
KEEP union cell cell = {0x3f800000};

struct nested {
    char tag;
    struct point at;
    union {
        uint32_t any;
        struct {
            uint16_t low, high;
        };
    };
    struct {
        int inner;
        double value;
    } named;
    enum mode mode;
    union cell cells[2];
    point_t path[3];
};
KEEP struct nested nested = {
    'n', {1, 2}, {0x00010002}, {5, 2.5}, MODE_SLOW, {{1}, {2}}, {{1, 1}, {1, 1}, {2, 3}}};

struct node {
    struct node *next;
    const char *name;
    int value;
};
KEEP struct node tail = {NULL, "tail", 3};
KEEP struct node middle = {&tail, "middle", 2};
KEEP struct node head = {&middle, "head", 1};
KEEP struct node *list = &head;
KEEP struct node **list_pointer = &list;
struct opaque;
KEEP struct opaque *opaque = (struct opaque *)&number;
KEEP void *anything = &nested.at;
KEEP int *inside = &((int *)&nested)[2];
KEEP const char *text = "hello, \"world\"\n\t\\ \001\377";
KEEP const char *no_text = NULL;
KEEP const char *const texts[] = {"one", "two", NULL, "four"};
KEEP uint8_t *octets = (uint8_t *)"bytes\200";

static int callback(int x)
{
    return x + 1;
}
void plain(void)
{
}
KEEP int (*handler)(int) = callback;
KEEP void (*handlers[3])(void) = {plain, NULL, plain};
struct ops {
    int (*open)(int);
    void (*close)(void);
    int (*read)(struct ops *self, const char *name, ...);
};
KEEP struct ops ops = {callback, plain, NULL};

KEEP int array[5] = {1, 2, 3, 4, 5};
KEEP int zeros[300];
KEEP int runs[40] = {[10] = 1, [20] = 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
KEEP int many[260] = {1, 2, 1, 3, 1, 4, 1, 5, 1, [250] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
KEEP uint8_t matrix[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 9, 9, 9}};
KEEP int16_t cube[2][2][3] = {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}};
KEEP float reals[3] = {1.5f, -2.25f, 1e-10f};
KEEP double doubles[2] = {1e100, 0.1};
KEEP bool truths[4] = {true, false, true, true};
KEEP enum mode modes[3] = {MODE_OFF, MODE_FAST, MODE_SLOW};
KEEP struct point points[12] = {{1, 1}, {2, 2}};
KEEP char word[16] = "word";
KEEP char full[4] = {'f', 'u', 'l', 'l'};
KEEP char holes[8] = {'a', 0, 'b', 0, 'c', 0, 0, 0};
KEEP char unclean[12] = "ab\0\0\0\0\0\0\0\0x";
KEEP char empty[20];
KEEP char repeated[40] = "aaaaaaaaaaaaaaaaaaaabcbbbbbbbbbbbbbbb";
KEEP char escapes[] = "\a\b\f\n\r\t\v\033\177\"'\\\0019\001a";
KEEP unsigned char codes[6] = {'c', 'o', 'd', 'e', 200, 0};
KEEP signed char signed_codes[4] = {'s', -1, 0, 0};
KEEP char rows[2][4] = {"ab", "cd"};
KEEP char long_text[260] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
KEEP char ten[12] = "aaaaaaaaaa";
KEEP char eleven[12] = "aaaaaaaaaaa";
KEEP char pairs[420] = "aabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabb"
                       "aabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabb"
                       "aabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabb";
KEEP const char *pairs_text = pairs;
KEEP int grid[12][2];
KEEP int wide_grid[2][14] = {{1}};
KEEP int *pointers[3] = {&array[0], NULL, &array[2]};
KEEP int (*pointer_to_array)[5] = &array;
struct flexible {
    int count;
    int data[];
};
KEEP struct flexible flexible = {2, {10, 20}};
struct __attribute__((packed)) packed {
    char a;
    int b;
    short c;
};
KEEP struct packed packed = {'p', 0x01020304, -2};
KEEP struct {
    int x;
    struct {
        int y;
    };
} nameless = {1, {2}};

KEEP __thread int per_thread = 5;
static int same = 1;
static const int limit = 10;
KEEP static const int table[4] = {1, 4, 9, 16};
extern int other_same(void);
extern const int far_away;

KEEP int next_count(void)
{
    static int count = 17;
    static struct point where = {3, 4};
    where.x++;
    return ++count;
}

int main(void)
{
    same++;
    return next_count() + other_same() + same + limit + table[same & 3] + far_away + callback(1);
}
