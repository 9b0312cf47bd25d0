//! The core for the playground: one question in JSON at a time, one answer in JSON.
//!
//! The exports are functions of C's with numbers alone, and the texts go through one buffer: a binding generator would add a tool that has
//! to have the version of its crate, and more code than it takes the place of.

mod answers;
mod places;

use answers::Playground;
use std::cell::RefCell;
use std::sync::Mutex;

thread_local! {
    /// The question, then its answer.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static PLAYGROUND: RefCell<Playground> = RefCell::new(Playground::default());
}

/// What the last panic said. Whoever sees a trap can still ask for it, because the memory stays.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Is called once, before everything else.
#[unsafe(no_mangle)]
pub extern "C" fn start() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut panic) = PANIC.lock() {
            *panic = info.to_string();
        }
    }));
}

/// Makes room for a question of so many bytes, and says where to write it.
#[unsafe(no_mangle)]
pub extern "C" fn question(length: usize) -> *const u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.resize(length, 0);
        buffer.as_ptr()
    })
}

/// Answers the question, and says how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let question = BUFFER.take();
    let answer = PLAYGROUND.with_borrow_mut(|playground| playground.answer(&question));
    let length = answer.len();
    BUFFER.set(answer);
    length
}

/// Puts what the last panic said in the place of an answer, and says how long it is.
#[unsafe(no_mangle)]
pub extern "C" fn panicked() -> usize {
    let said = PANIC.lock().map(|panic| panic.clone()).unwrap_or_default();
    let length = said.len();
    BUFFER.set(said.into_bytes());
    length
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn place() -> *const u8 {
    BUFFER.with_borrow(|buffer| buffer.as_ptr())
}
