// server.c in Rust.
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::FromRawFd;

fn serve(connection: &TcpStream) -> io::Result<bool> {
    let mut from = BufReader::new(connection);
    let mut to = connection;
    let mut line = String::new();
    from.read_line(&mut line)?;
    let (word, name) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    match word {
        "put" => {
            let count = io::copy(&mut from, &mut File::create(name)?)?;
            writeln!(to, "stored {count}")?;
        }
        "get" => {
            io::copy(&mut File::open(name)?, &mut to)?;
        }
        "list" => {
            for entry in fs::read_dir(".")? {
                writeln!(to, "{}", entry?.file_name().to_str().unwrap())?;
            }
        }
        _ => {}
    }
    connection.shutdown(Shutdown::Write)?;
    Ok(word != "quit")
}

fn main() -> io::Result<()> {
    let listener = unsafe { TcpListener::from_raw_fd(3) };
    println!("ready");
    while serve(&listener.accept()?.0)? {}
    println!("ended");
    Ok(())
}
