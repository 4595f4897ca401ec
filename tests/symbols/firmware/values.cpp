// SPDX-License-Identifier: MIT
/* What C++ adds to C. */
#include <stddef.h>
#include <stdint.h>

#define KEEP __attribute__((used))

namespace motor
{
enum class State : uint8_t {
    Idle,
    Running = 3
};
struct Pid {
    float kp = 1.5f, ki = 0.25f;
    int32_t limit = -1;
    static int instances;
    static constexpr int scale = 16;
};
int Pid::instances = 2;
KEEP Pid pid;
KEEP State state = State::Running;
KEEP State odd = static_cast<State>(9);
namespace deep
{
KEEP int level = 3;
KEEP Pid pids[2];
} // namespace deep
inline namespace v1
{
KEEP int versioned = 11;
}
} // namespace motor

namespace
{
KEEP int hidden = 5;
struct Secret {
    int code = 7;
};
KEEP Secret secret;
} // namespace

template <typename T, int N> struct Ring {
    T data[N] = {};
    unsigned head = 1;
    T *last = &data[N - 1];
};
KEEP Ring<int, 4> ring;
KEEP Ring<motor::Pid, 2> pid_ring;
template <typename T> T shared_value = T(9);
template int shared_value<int>;

struct Base {
    int id = 1;
    virtual ~Base() = default;
    virtual int get()
    {
        return id;
    }
};
struct Second {
    short s = 2;
};
struct Derived : Base, Second {
    char c = 'd';
    int get() override
    {
        return id + 1;
    }
};
struct Empty {
};
struct Plain : Second, Empty {
    int p = 3;
};
struct Virtual : virtual Second {
    int v = 4;
};
KEEP Derived derived;
KEEP Plain plain_object;
KEEP Virtual virtual_object;
KEEP Base *base_pointer = &derived;
KEEP Base &base_reference = derived;
KEEP int &&moved = static_cast<int &&>(motor::deep::level);
KEEP int number = 4;
KEEP int &reference = number;
KEEP int32_t motor::Pid::*member = &motor::Pid::limit;
KEEP int (Base::*method)() = &Base::get; /* virtual */
struct Task {
    int run(int x)
    {
        return x;
    }
    unsigned long wide = 6;
};
KEEP int (Task::*run)(int) = &Task::run;
KEEP int (Task::*no_run)(int) = nullptr;
template <typename T> struct Box : Task {
    T inside{};
};
KEEP Box<unsigned long> box;
KEEP Box<const char *> text_box;
KEEP Box<Box<short>> box_box;
KEEP decltype(nullptr) nothing = nullptr;
KEEP bool truth = true;
KEEP char16_t wide16 = u'\u00e9';
KEEP char32_t wide32 = U'x';
KEEP wchar_t wide = L'w';
KEEP char16_t text16[4] = u"abc";
KEEP const wchar_t *wide_text = L"wide";
KEEP auto lambda = [](int x) { return x + number; };
KEEP auto capture = [copy = 12](int x) { return x + copy; };

class Counter
{
  public:
    static int next()
    {
        static int count = 21;
        return ++count;
    }
    static int next(int by)
    {
        static int step = 31;
        return step += by;
    }

    int total()
    {
        return hits + cache;
    }

  private:
    int hits = 6;
    mutable int cache = 8;
};
KEEP Counter counter;

struct Outer {
    struct Inner {
        int depth = 2;
        enum Kind {
            First,
            Last
        } kind = Last;
    } inner;
    union {
        int a = 1;
        float b;
    };
};
KEEP Outer outer;
KEEP Outer::Inner *inner_pointer = &outer.inner;
using Alias = Outer::Inner;
KEEP Alias alias;
struct Bits {
    motor::State state : 4;
    bool on : 1;
    unsigned : 3;
    int16_t rest : 9;
};
KEEP Bits bits = {motor::State::Running, true, -100};
KEEP void (*function)(motor::Pid &, const Ring<int, 4> *) = nullptr;

extern "C" KEEP int main()
{
    auto *b = base_pointer;
    return b->get() + Counter::next() + Counter::next(2) + lambda(1) + capture(1) + hidden +
           secret.code + counter.total() + shared_value<int>;
}
void operator delete(void *, size_t) noexcept
{
}
void operator delete(void *) noexcept
{
}
extern "C" void __cxa_pure_virtual()
{
}
extern "C" int __cxa_guard_acquire(void *)
{
    return 1;
}
extern "C" void __cxa_guard_release(void *)
{
}
void *__dso_handle;
extern "C" int __aeabi_atexit(void *, void (*)(void *), void *)
{
    return 0;
}
extern "C" int __cxa_atexit(void (*)(void *), void *, void *)
{
    return 0;
}
