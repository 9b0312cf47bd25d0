//! Work on several threads, with the results in order.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread::{Builder, available_parallelism, scope};

/// As much as the main thread has on Linux: a configuration may be deep.
const STACK: usize = 8 * 1024 * 1024;

/// As many threads as the machine has cores.
pub fn threads() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// The results of all items in their order. One item costs no thread.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if threads.min(items.len()) < 2 {
        return items.iter().map(work).collect();
    }
    let open = Mutex::new(items.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let take = || {
        // Each lock is let go before the work begins, and nothing panics under it.
        let next = || open.lock().ok().and_then(|mut open| open.next());
        while let Some((place, item)) = next() {
            let result = work(item);
            if let Ok(mut done) = done.lock() {
                done.push((place, result));
            }
        }
    };
    scope(|scope| {
        for _ in 1..threads.min(items.len()) {
            // A thread that cannot be started leaves its work to the others.
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, take);
        }
        take();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let squares: Vec<u64> = items.iter().map(|n| n * n).collect();
        for threads in [1, 2, 7, 200] {
            let slow_first = |n: &u64| {
                std::thread::sleep(std::time::Duration::from_micros(100 - n));
                n * n
            };
            assert_eq!(super::map(&items, threads, slow_first), squares);
        }
        assert!(super::map(&[0u8; 0], 4, |_| 1).is_empty());
    }
}
