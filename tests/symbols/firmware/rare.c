// SPDX-License-Identifier: MIT
/* Types of C that are seen less often. */
#define KEEP __attribute__((used))

KEEP int number = 5;
KEEP int *const constant_pointer = &number;
KEEP int *const *to_constant_pointer = &constant_pointer;
KEEP const int *volatile volatile_pointer = &number;
KEEP const char letters[] = "letters";
KEEP const char (*to_letters)[8] = &letters;
KEEP const volatile int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
KEEP const volatile unsigned long long wide = 1ull << 63;
KEEP unsigned long count = 7;
KEEP short unsigned int small = 8;

struct message {
    int size;
    char text[];
};
KEEP struct message message = {3, "hey"};
KEEP struct message *message_pointer = &message;
struct nothing {
    int before;
    int none[0];
    int after;
};
KEEP struct nothing nothing = {1, {}, 2};
KEEP int none[0];

typedef int function_type(int);
KEEP int twice(int x)
{
    return 2 * x;
}
KEEP function_type *function = twice;
KEEP int (*const functions[2])(int) = {twice, 0};

KEEP unsigned char one = 1;
KEEP unsigned char three[3] = {1, 2, 3};
static unsigned short hidden = 0x1234;

int main(void)
{
    return twice(number) + hidden++ + one + three[0];
}
