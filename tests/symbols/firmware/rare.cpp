// SPDX-License-Identifier: MIT
/* What is seen less often in C++. */
#include <stddef.h>
#include <stdint.h>

#define KEEP __attribute__((used))

struct Task {
    enum Kind {
        Slow,
        Fast = 2
    };
    enum class Level {
        Low,
        High
    };
    Kind kind = Fast;
    Level level = Level::High;
    Task *self = this;
    static int count;
    static int twice(int x)
    {
        return 2 * x;
    }
    int add(int x)
    {
        return x + kind;
    }
};
int Task::count = 3;
KEEP Task task;
KEEP int *count_pointer = &Task::count;
KEEP int (*function)(int) = &Task::twice;
KEEP int (Task::*method)(int) = &Task::add;

struct Shared {
    int shared = 10;
};
struct Left : virtual Shared {
    int left = 11;
};
struct Right : virtual Shared {
    int right = 12;
};
struct Both : Left, Right {
    int both = 13;
};
KEEP Both both;
struct Pair {
    Both first, second;
};
KEEP Pair pair;

KEEP struct {
    enum {
        Off,
        On
    } state = On;
    enum class Side {
        Near,
        Far
    } side = Side::Far;
} nameless;

template <typename T> struct Holder {
    T value{};
    static const int limit = 16;
    static int unused;
};
template <typename T> int Holder<T>::unused = 3;
KEEP Holder<const char *const> *constant_holder;
KEEP Holder<const volatile void *> volatile_holder;

KEEP int scale(int x)
{
    return x + 1;
}
KEEP double scale(double x)
{
    return x;
}
struct Number {
    int value = 1;
    operator int()
    {
        static int conversions = 8;
        return conversions++;
    }
    int operator()(int by)
    {
        static int calls = 7;
        return calls += by;
    }
    bool operator<(int than)
    {
        static int comparisons = 11;
        return comparisons++ < than;
    }
};
KEEP Number number;

extern "C" KEEP int main()
{
    return number + number(2) + (number < 3) + scale(4) + (task.*method)(5) + function(6);
}
