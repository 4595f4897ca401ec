// SPDX-License-Identifier: MIT
// What Rust has that C has not.
#![no_std]
#![no_main]
#![allow(dead_code)]

use core::cell::{Cell, UnsafeCell};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

pub enum Mode {
    Off,
    Slow = 5,
    Fast,
}

pub struct Point {
    pub x: i16,
    pub y: i16,
}

pub struct Pair(pub u8, pub i32);
pub struct Unit;
pub union Overlay {
    pub word: u32,
    pub real: f32,
}

pub enum Shape {
    Nothing,
    Circle(f32),
    Rectangle { width: u16, height: u16 },
}

#[used]
pub static TRUTH: bool = true;
#[used]
pub static OCTET: u8 = 65;
#[used]
pub static TINY: i8 = -5;
#[used]
pub static NUMBER: i32 = -123456;
#[used]
pub static BIG: u64 = 0xfedcba9876543210;
#[used]
pub static SINGLE: f32 = 1.25;
#[used]
pub static WIDE: f64 = -2.5e-3;
#[used]
pub static LETTER: char = 'x';
#[used]
pub static ACCENT: char = '\u{e9}';
#[used]
pub static EMOJI: char = '\u{1f600}';
#[used]
pub static OVERLAY: Overlay = Overlay { word: 0x3f800000 };
#[used]
pub static BYTES: &[u8; 3] = b"a\"\n";
#[used]
pub static MODE: Mode = Mode::Fast;
#[used]
pub static POINT: Point = Point { x: -1, y: 2 };
#[used]
pub static PAIR: Pair = Pair(7, -70000);
#[used]
pub static TUPLE: (u8, i32, bool) = (1, -2, true);
#[used]
pub static SHAPES: [Shape; 3] =
    [Shape::Nothing, Shape::Circle(1.5), Shape::Rectangle { width: 3, height: 4 }];
#[used]
pub static SHAPE: Shape = Shape::Rectangle { width: 30, height: 40 };
#[used]
pub static CIRCLE: Shape = Shape::Circle(0.5);
#[used]
pub static SOME: Option<u32> = Some(42);
#[used]
pub static NONE: Option<u32> = None;
#[used]
pub static SOME_REFERENCE: Option<&'static i32> = Some(&NUMBER);
#[used]
pub static NO_REFERENCE: Option<&'static i32> = None;
#[used]
pub static GOOD: Result<u8, i32> = Ok(3);
#[used]
pub static BAD: Result<u8, i32> = Err(-4);
#[used]
pub static TEXT: &str = "hello";
#[used]
pub static NUMBERS: [i32; 4] = [1, 2, 3, 4];
#[used]
pub static SLICE: &[i16] = &[10, -20, 30];
#[used]
pub static GRID: [[u8; 3]; 2] = [[1, 2, 3], [4, 5, 6]];
#[used]
pub static REFERENCE: &i32 = &NUMBER;
#[used]
pub static COUNTER: AtomicU32 = AtomicU32::new(9);
#[used]
pub static READY: AtomicBool = AtomicBool::new(true);

pub struct Shared(UnsafeCell<u32>);
unsafe impl Sync for Shared {}
#[used]
pub static SHARED: Shared = Shared(UnsafeCell::new(11));
pub struct Local(Cell<i8>);
unsafe impl Sync for Local {}
#[used]
pub static LOCAL: Local = Local(Cell::new(-6));
#[used]
pub static FUNCTION: fn(i32) -> i32 = double;
#[used]
pub static ZEROS: [u32; 250] = [0; 250];

pub mod motor {
    pub mod pid {
        #[used]
        pub static mut GAIN: f32 = 0.75;
    }
}

fn double(x: i32) -> i32 {
    x * 2
}

// The linker leaves out what nobody uses.
fn keep<T>(x: &T) {
    let place = x as *const T;
    unsafe { core::ptr::read_volatile(&place) };
}

#[no_mangle]
pub extern "C" fn main() -> i32 {
    static CALLS: AtomicU32 = AtomicU32::new(4);
    CALLS.store(5, Ordering::Relaxed);
    COUNTER.store(10, Ordering::Relaxed);
    unsafe { motor::pid::GAIN = 0.5 };
    keep(&TRUTH);
    keep(&OCTET);
    keep(&TINY);
    keep(&NUMBER);
    keep(&BIG);
    keep(&SINGLE);
    keep(&WIDE);
    keep(&LETTER);
    keep(&ACCENT);
    keep(&EMOJI);
    keep(&OVERLAY);
    keep(&BYTES);
    keep(&MODE);
    keep(&POINT);
    keep(&PAIR);
    keep(&TUPLE);
    keep(&SHAPES);
    keep(&SHAPE);
    keep(&CIRCLE);
    keep(&SOME);
    keep(&NONE);
    keep(&SOME_REFERENCE);
    keep(&NO_REFERENCE);
    keep(&GOOD);
    keep(&BAD);
    keep(&TEXT);
    keep(&NUMBERS);
    keep(&SLICE);
    keep(&GRID);
    keep(&REFERENCE);
    keep(&COUNTER);
    keep(&READY);
    keep(&SHARED);
    keep(&LOCAL);
    keep(&FUNCTION);
    keep(&ZEROS);
    FUNCTION(NUMBER)
}
