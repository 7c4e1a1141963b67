//! How a program ends, by its first argument.

use std::io::Write;
use std::process;

mod inner {
    #[inline(never)]
    pub fn thrower(depth: u32) -> u32 {
        if depth == 0 {
            panic!("the reason");
        }
        std::hint::black_box(thrower(depth - 1)) + 1
    }
}

struct Twice;

impl Drop for Twice {
    fn drop(&mut self) {
        panic!("second");
    }
}

fn recurse(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { recurse(depth + 1) + here[(depth % 64) as usize] }
}

extern "C" fn leaves() {
    panic!("out of C");
}

fn main() -> Result<(), String> {
    let word = std::env::args().nth(1).unwrap_or_default();
    print!("begun ");
    std::io::stdout().flush().unwrap();
    match word.as_str() {
        "error" => return Err("an error of main".into()),
        "exit" => process::exit(3),
        "abort" => process::abort(),
        "panic" => println!("{}", inner::thrower(3)),
        "thread" => {
            let ended = std::thread::Builder::new().name("worker".into()).spawn(|| inner::thrower(1)).unwrap().join();
            println!("{}", ended.is_err());
        }
        "twice" => {
            let _twice = Twice;
            inner::thrower(0);
        }
        "c" => leaves(),
        "overflow" => println!("{}", recurse(0)),
        "pipe" => {
            for line in 0..1_000_000 {
                if let Err(error) = writeln!(std::io::stdout(), "{line}") {
                    eprintln!("{:?}", error.kind());
                    break;
                }
            }
        }
        "println" => (0..1_000_000).for_each(|line| println!("{line}")),
        "backtrace" => println!("{}", std::backtrace::Backtrace::force_capture()),
        _ => println!("ended"),
    }
    Ok(())
}
