values::TRUTH
  true
values::OCTET
  65
values::TINY
  -5
values::NUMBER
  -123456
values::BIG
  18364758544493064720
values::SINGLE
  1.25
values::WIDE
  -0.0025000000000000001
values::LETTER
  120 'x'
values::MODE
  values::Mode::Fast
values::ACCENT
  233 '\xe9'
values::EMOJI
  128512 '\u{01f600}'
values::OVERLAY
  values::Overlay {word: 1065353216, real: 1}
values::OVERLAY.real
  1
values::BYTES
  (*mut [u8; 3]) 0x8000208 b"a\"\n"
values::REFERENCE
  (*mut i32) 0x80001dc <values::NUMBER>
values::FUNCTION
  (*mut fn (i32) -> i32) 0x8000001 <values::double>
values::SOME_REFERENCE
  core::option::Option<&i32>::Some(0x80001dc <values::NUMBER>)
values::POINT.x
  -1
values::NUMBERS[1]
  2
values::TUPLE.1
  -2
values::POINT
  values::Point {x: -1, y: 2}
values::PAIR
  values::Pair (7, -70000)
values::TUPLE
  (1, -2, true)
values::SHAPE
  values::Shape::Rectangle{width: 30, height: 40}
values::CIRCLE
  values::Shape::Circle(0.5)
values::SOME
  core::option::Option<u32>::Some(42)
values::NONE
  core::option::Option<u32>::None
values::GOOD
  core::result::Result<u8, i32>::Ok(3)
values::BAD
  core::result::Result<u8, i32>::Err(-4)
values::TEXT
  "hello"
values::NUMBERS
  [1, 2, 3, 4]
values::SLICE
  &[i16] [10, -20, 30]
values::GRID
  [[1, 2, 3], [4, 5, 6]]
values::COUNTER
  core::sync::atomic::AtomicU32 {v: core::cell::UnsafeCell<u32> {value: 9}}
values::READY
  core::sync::atomic::AtomicBool {v: core::cell::UnsafeCell<u8> {value: 1}}
values::SHARED
  values::Shared (core::cell::UnsafeCell<u32> {value: 11})
values::LOCAL
  values::Local (core::cell::Cell<i8> {value: core::cell::UnsafeCell<i8> {value: -6}})
values::ZEROS
  [0 <repeats 250 times>]
values::motor::pid::GAIN
  0.75
