//! What a program sees of Rust's library: one line for each thing, the same natively and as wasm.
//!
//! Run as `std FOLDER`; with the word `child` behind that it is what its own `Command` starts.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::ffi::{CStr, CString, OsStr};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, IoSlice, Read, Seek, SeekFrom, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirEntryExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = PathBuf::from(&arguments[0]);
    if arguments.get(1).is_some_and(|word| word == "child") {
        child(&arguments[2..]);
    }
    panic::set_hook(Box::new(|_| {}));
    println!("arguments {}", arguments.len());
    numbers();
    environment();
    files(&folder);
    folders(&folder);
    threads();
    locals();
    locks();
    channels();
    panics();
    tcp();
    udp();
    unix(&folder);
    processes(&folder);
    descriptors(&folder);
    clocks();
    collections();
    println!("end");
}

fn child(words: &[String]) -> ! {
    let mut said = String::new();
    io::stdin().read_to_string(&mut said).unwrap();
    println!("child {:?} {:?} {:?}", words, said, env::var("ONLY_CHILD"));
    println!("child in {:?}", env::current_dir().unwrap().file_name());
    eprintln!("child's stderr");
    process::exit(7)
}

fn numbers() {
    println!("{:.3} {:?} {:e} {}", 1.0 / 3.0, f64::NAN, 1234.5f32, i128::MAX);
    println!("{:?} {:?}", "3.5e300".parse::<f64>(), "x".parse::<i32>().map_err(|error| error.to_string()));
    println!("{} {} {}", (-2.5f64).round(), 2f64.powf(0.5), (1e300f64).mul_add(2.0, 1.0));
    println!("{:?} {:?}", 300u32.checked_mul(u32::MAX), (-128i8).overflowing_neg());
    println!("{} {}", 1e20 as i32, -1.5f32 as u8);
    println!("{:#x} {:#b} {:08.3} {:>6}|{:<6}|{:^6}", 48879, 5, 1.5, "r", "l", "m");
    println!("{}", u64::MAX.leading_zeros() + 40u64.trailing_zeros() + 0xffu16.count_ones());
    println!("long {}", size_of::<std::ffi::c_long>());
}

fn environment() {
    // SAFETY: there is one thread yet.
    unsafe { env::set_var("OF_THE_TEST", "a b") };
    println!("{:?} {:?}", env::var("OF_THE_TEST"), env::var("NOT_SET_AT_ALL"));
    println!("{:?}", env::vars().filter(|(name, _)| name == "OF_THE_TEST").collect::<Vec<_>>());
    // SAFETY: as above.
    unsafe { env::remove_var("OF_THE_TEST") };
    println!("{:?} {}", env::var_os("OF_THE_TEST"), env::current_exe().unwrap().exists());
    println!("{} {} {}", env::consts::OS, env::consts::FAMILY, env::temp_dir().is_absolute());
    let joined = env::join_paths(["/a", "/b c"]).unwrap();
    println!("{:?} {:?}", joined, env::split_paths(&joined).collect::<Vec<_>>());
}

fn files(folder: &Path) {
    let path = folder.join("file");
    fs::write(&path, "one\ntwo\nthree\n").unwrap();
    let lines: Vec<String> = BufReader::new(File::open(&path).unwrap()).lines().map(Result::unwrap).collect();
    println!("{lines:?} {:?}", fs::read_to_string(&path).unwrap().len());
    let mut file = OpenOptions::new().read(true).append(true).open(&path).unwrap();
    file.write_all(b"four\n").unwrap();
    println!("{} {:?}", file.stream_position().unwrap(), file.seek(SeekFrom::End(-5)).unwrap());
    let mut rest = String::new();
    file.read_to_string(&mut rest).unwrap();
    println!("{rest:?} {:?}", file.write_vectored(&[IoSlice::new(b"a"), IoSlice::new(b"bc")]).unwrap());
    let mut piece = [0; 3];
    println!("{:?} {:?}", file.read_at(&mut piece, 4).unwrap(), std::str::from_utf8(&piece));
    file.sync_all().unwrap();
    file.sync_data().unwrap();
    file.set_len(6).unwrap();
    let about = file.metadata().unwrap();
    println!("{} {} {} {}", about.len(), about.is_file(), about.nlink(), about.blocks() <= 16);
    file.lock().unwrap();
    let second = File::open(&path).unwrap();
    println!("locked {:?}", second.try_lock().is_err());
    file.unlock().unwrap();
    println!("free {:?}", second.try_lock().is_ok());
    file.set_modified(UNIX_EPOCH + Duration::new(1000, 500)).unwrap();
    println!("{} {}", fs::metadata(&path).unwrap().mtime(), fs::metadata(&path).unwrap().mtime_nsec());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    println!("{:o}", fs::metadata(&path).unwrap().mode());
    let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join("new"));
    println!("{:?}", new.unwrap().metadata().unwrap().permissions().mode() & 0o777);
    println!("{:?}", File::create_new(folder.join("new")).unwrap_err().kind());
    println!("{:?}", File::open(folder.join("none")).unwrap_err());
    println!("{:?}", fs::read_dir(folder.join("file")).unwrap_err().kind());
    println!("{:?}", fs::read(folder).unwrap_err().kind());
    println!("{}", fs::copy(&path, folder.join("copy")).unwrap());
    fs::rename(folder.join("copy"), folder.join("moved")).unwrap();
    fs::hard_link(folder.join("moved"), folder.join("hard")).unwrap();
    println!("{}", fs::metadata(folder.join("hard")).unwrap().nlink());
    let mut clone = file.try_clone().unwrap();
    clone.seek(SeekFrom::Start(2)).unwrap();
    println!("shared place {}", file.stream_position().unwrap());
    let big = vec![7u8; 3_000_000];
    fs::write(folder.join("big"), &big).unwrap();
    println!("{}", fs::read(folder.join("big")).unwrap() == big);
    println!("{}", io::copy(&mut File::open(folder.join("big")).unwrap(), &mut io::sink()).unwrap());
}

fn folders(folder: &Path) {
    fs::create_dir_all(folder.join("deep/er/est")).unwrap();
    println!("{:?}", fs::create_dir(folder.join("deep")).unwrap_err().kind());
    symlink("er/est", folder.join("deep/link")).unwrap();
    println!("{:?}", fs::read_link(folder.join("deep/link")).unwrap());
    println!("{}", fs::symlink_metadata(folder.join("deep/link")).unwrap().file_type().is_symlink());
    println!("{}", fs::canonicalize(folder.join("deep/link/..")).unwrap().ends_with("deep/er"));
    fs::write(folder.join(OsStr::from_bytes(b"deep/n\xffme")), "x").unwrap();
    let mut names: Vec<_> = fs::read_dir(folder.join("deep")).unwrap().map(|entry| entry.unwrap()).collect();
    names.sort_by_key(|entry| entry.file_name());
    for entry in &names {
        println!("{:?} {:?} {}", entry.file_name(), entry.file_type().unwrap().is_dir(), entry.ino() != 0);
    }
    println!("{}", fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    println!("{:?}", fs::remove_dir(folder.join("deep")).unwrap_err().kind());
    fs::remove_dir_all(folder.join("deep")).unwrap();
    println!("{}", folder.join("deep").exists());
    for index in 0..300 {
        fs::write(folder.join(format!("many{index}")), "").unwrap();
    }
    let many = fs::read_dir(folder).unwrap().filter(|entry| {
        entry.as_ref().unwrap().file_name().as_bytes().starts_with(b"many")
    });
    println!("{}", many.count());
}

fn threads() {
    let sum = Arc::new(Mutex::new(0u64));
    let handles: Vec<_> = (0..8)
        .map(|index| {
            let sum = Arc::clone(&sum);
            let work = move || {
                for step in 0..1000 {
                    *sum.lock().unwrap() += step * index;
                }
                thread::current().name().map(str::to_owned)
            };
            thread::Builder::new().name(format!("worker{index}")).spawn(work).unwrap()
        })
        .collect();
    for handle in handles {
        println!("{:?}", handle.join().unwrap());
    }
    println!("{}", sum.lock().unwrap());
    let mut words = vec![1, 2, 3];
    thread::scope(|scope| {
        for word in &mut words {
            scope.spawn(move || *word *= 10);
        }
    });
    println!("{words:?} {}", thread::available_parallelism().is_ok());
    let deep = thread::Builder::new().stack_size(64 << 20).spawn(|| recurse(100_000)).unwrap();
    println!("{}", deep.join().unwrap());
    let sleeper = thread::spawn(|| {
        thread::park();
        "woken"
    });
    sleeper.thread().unpark();
    println!("{}", sleeper.join().unwrap());
    let ids: HashSet<_> = (0..50).map(|_| thread::spawn(|| thread::current().id()).join().unwrap()).collect();
    println!("{}", ids.len());
}

fn recurse(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 16]);
    if depth == 0 { 0 } else { recurse(depth - 1) + here[3] % 2 }
}

struct Told(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Told {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

thread_local! {
    static FIRST: Cell<Option<Told>> = const { Cell::new(None) };
    static SECOND: Cell<Option<Told>> = Cell::new(None);
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

fn locals() {
    let told = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..3 {
        let told = Arc::clone(&told);
        thread::spawn(move || {
            FIRST.set(Some(Told("first", Arc::clone(&told))));
            SECOND.set(Some(Told("second", told)));
            COUNT.set(COUNT.get() + 1);
            assert_eq!(COUNT.get(), 1);
        })
        .join()
        .unwrap();
    }
    let of_panic = Arc::clone(&told);
    println!("{}", thread::spawn(move || {
        FIRST.set(Some(Told("of panic", of_panic)));
        panic!("with a local");
    }).join().is_err());
    println!("{:?} {}", told.lock().unwrap(), COUNT.get());
}

fn locks() {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let other = Arc::clone(&pair);
    let counter = thread::spawn(move || {
        for _ in 0..100 {
            *other.0.lock().unwrap() += 1;
            other.1.notify_all();
        }
    });
    let guard = pair.1.wait_while(pair.0.lock().unwrap(), |count| *count < 100).unwrap();
    println!("{}", *guard);
    let (guard, late) = pair.1.wait_timeout(guard, Duration::from_millis(10)).unwrap();
    println!("{} {}", *guard, late.timed_out());
    drop(guard);
    counter.join().unwrap();
    let both = Arc::new(RwLock::new(5));
    let (one, two) = (both.read().unwrap(), both.read().unwrap());
    println!("{} {}", *one + *two, both.try_write().is_err());
    drop((one, two));
    let poisoned = Arc::clone(&both);
    let _ = thread::spawn(move || {
        let _guard = poisoned.write().unwrap();
        panic!("holding it");
    })
    .join();
    println!("{} {}", both.is_poisoned(), *both.read().unwrap_or_else(|error| error.into_inner()));
    let barrier = Barrier::new(4);
    let leaders = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| leaders.fetch_add(usize::from(barrier.wait().is_leader()), Ordering::SeqCst));
        }
    });
    println!("{}", leaders.load(Ordering::SeqCst));
    static ONCE: Once = Once::new();
    static CELL: OnceLock<String> = OnceLock::new();
    static LAZY: LazyLock<u32> = LazyLock::new(|| 40 + 2);
    ONCE.call_once(|| ());
    println!("{} {} {}", ONCE.is_completed(), CELL.get_or_init(|| "cell".into()), *LAZY);
    let wide = AtomicU64::new(u64::MAX);
    println!("{:?} {}", wide.compare_exchange(u64::MAX, 3, Ordering::AcqRel, Ordering::Relaxed), wide.into_inner());
}

fn channels() {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for index in 0..4 {
            let sender = sender.clone();
            scope.spawn(move || (0..100).for_each(|step| sender.send(index * step).unwrap()));
        }
    });
    drop(sender);
    println!("{} {:?}", receiver.iter().sum::<i32>(), receiver.recv());
    let (sender, receiver) = mpsc::sync_channel(1);
    println!("{:?} {:?}", sender.try_send(1), sender.try_send(2));
    println!("{:?} {:?}", receiver.recv(), receiver.recv_timeout(Duration::from_millis(5)));
}

fn panics() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        let _one = Told("one", Arc::clone(&told));
        let _two = Told("two", Arc::clone(&told));
        let numbers: Vec<u32> = vec![];
        numbers[std::hint::black_box(3)]
    }));
    println!("{:?} {:?}", result.unwrap_err().downcast_ref::<String>(), told.lock().unwrap());
    let result = panic::catch_unwind(|| panic::panic_any(42u8));
    println!("{:?}", result.unwrap_err().downcast_ref::<u8>());
    let result = panic::catch_unwind(|| {
        let Err(inside) = panic::catch_unwind(|| panic!("inner"));
        panic::resume_unwind(inside);
    });
    println!("{:?}", result.unwrap_err().downcast_ref::<&str>());
    for (name, work) in [
        ("divide", (|| 1 / std::hint::black_box(0u32)) as fn() -> u32),
        ("unwrap", || None::<u32>.unwrap()),
        ("deep", || deep_panic(200)),
        ("borrow", || {
            let cell = std::cell::RefCell::new(1);
            let _guard = cell.borrow_mut();
            *cell.borrow()
        }),
    ] {
        println!("{name} {:?} {}", panic::catch_unwind(work).is_err(), thread::panicking());
    }
    let total: usize = (0..8)
        .map(|_| thread::spawn(|| (0..200).filter(|_| panic::catch_unwind(|| panic!("x")).is_err()).count()))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|handle| handle.join().unwrap())
        .sum();
    println!("{total}");
}

fn deep_panic(depth: u32) -> u32 {
    let text = depth.to_string();
    if depth == 0 { panic!("at the bottom") } else { deep_panic(depth - 1) + text.len() as u32 }
}

fn tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for _ in 0..2 {
            let (stream, peer) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            (&stream).write_all(line.to_uppercase().as_bytes()).unwrap();
            assert!(peer.ip().is_loopback());
        }
    });
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(20)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    println!("{:?} {:?} {:?}", stream.nodelay(), stream.read_timeout(), stream.ttl().is_ok());
    stream.write_all(b"hello\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    println!("{answer:?} {}", stream.peer_addr().unwrap() == address);
    let other = TcpStream::connect(address).unwrap();
    (&other).write_all(b"half").unwrap();
    other.shutdown(Shutdown::Write).unwrap();
    let mut bytes = [0; 16];
    println!("{:?}", (&other).read(&mut bytes).map(|count| bytes[..count].to_vec()));
    server.join().unwrap();
    println!("{:?}", TcpStream::connect(address).unwrap_err().kind());
    let waiting = TcpListener::bind("127.0.0.1:0").unwrap();
    waiting.set_nonblocking(true).unwrap();
    println!("{:?}", waiting.accept().unwrap_err().kind());
    println!("{:?}", "127.0.0.1:80".to_socket_addrs().unwrap().collect::<Vec<_>>());
    println!("{}", ("localhost", 80).to_socket_addrs().unwrap().any(|found| found.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST)));
    if let Ok(six) = TcpListener::bind("[::1]:0") {
        assert!(TcpStream::connect(six.local_addr().unwrap()).is_ok());
    }
}

fn udp() {
    let (one, two) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    println!("{:?}", one.send_to(b"datagram", two.local_addr().unwrap()));
    let mut bytes = [0; 4];
    let (count, from) = two.recv_from(&mut bytes).unwrap();
    println!("{count} {:?} {}", &bytes, from == one.local_addr().unwrap());
    two.connect(from).unwrap();
    println!("{:?} {:?}", two.send(b"back"), one.recv(&mut bytes));
    two.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    println!("{:?}", two.recv(&mut bytes).unwrap_err().kind());
}

fn unix(folder: &Path) {
    let (mut one, mut two) = UnixStream::pair().unwrap();
    one.write_all(b"pair").unwrap();
    drop(one);
    let mut said = String::new();
    two.read_to_string(&mut said).unwrap();
    println!("{said}");
    let path = folder.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    println!("{}", fs::metadata(&path).unwrap().file_type().is_socket());
    let client = thread::spawn({
        let path = path.clone();
        move || UnixStream::connect(path).unwrap().write_all(b"named").unwrap()
    });
    let mut stream = listener.incoming().next().unwrap().unwrap();
    let mut named = String::new();
    stream.read_to_string(&mut named).unwrap();
    client.join().unwrap();
    println!("{named} {:?}", stream.local_addr().unwrap().as_pathname().and_then(Path::file_name));
    let (left, right) = UnixDatagram::pair().unwrap();
    left.send(b"one").unwrap();
    left.send(b"other").unwrap();
    let mut bytes = [0; 8];
    println!("{:?} {:?}", right.recv(&mut bytes), right.recv(&mut bytes));
}

fn processes(folder: &Path) {
    let echo = Command::new("echo").args(["from", "echo"]).output().unwrap();
    println!("{:?} {:?}", echo.status.code(), String::from_utf8(echo.stdout));
    let mut child = Command::new(env::current_exe().unwrap())
        .args([folder.as_os_str(), OsStr::new("child"), OsStr::new("a b")])
        .env("ONLY_CHILD", "yes")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"input").unwrap();
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    println!("{:?} {} {:?}", out.status.code(), said.lines().next().unwrap(), String::from_utf8(out.stderr));
    println!("{}", said.lines().nth(1) == Some(&format!("child in {:?}", folder.file_name())));
    let mut sleeper = Command::new("sleep").arg("60").spawn().unwrap();
    println!("{:?}", sleeper.try_wait().unwrap());
    sleeper.kill().unwrap();
    println!("{:?}", sleeper.wait().unwrap().signal());
    println!("{:?}", Command::new("/no/such/program").spawn().unwrap_err().kind());
    let status = Command::new("sh").args(["-c", "exit $(($# + 3))", "sh", "x", ""]).status().unwrap();
    println!("{status:?} {}", status.success());
    let clean = Command::new("env").env_clear().env("A", "b").output().unwrap();
    println!("{:?}", String::from_utf8(clean.stdout));
    // SAFETY: the child calls nothing but one system call.
    let before = unsafe { Command::new("true").pre_exec(|| Ok(())).status() };
    println!("{:?}", before.unwrap().code());
    // SAFETY: as above.
    let failing = unsafe { Command::new("true").pre_exec(|| Err(io::Error::from_raw_os_error(13))).status() };
    println!("{:?}", failing.unwrap_err().kind());
    let named = Command::new("sh").arg0("other name").args(["-c", "echo $0"]).output().unwrap();
    println!("{:?}", String::from_utf8(named.stdout));
    let file = File::create(folder.join("of child")).unwrap();
    Command::new("echo").arg("to a file").stdout(file).status().unwrap();
    println!("{:?}", fs::read_to_string(folder.join("of child")));
}

fn descriptors(folder: &Path) {
    let (mut reader, writer) = io::pipe().unwrap();
    let mut copy = writer.try_clone().unwrap();
    drop(writer);
    copy.write_all(b"through a pipe").unwrap();
    drop(copy);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    println!("{said}");
    let file = File::open(folder.join("file")).unwrap();
    let owned = file.as_fd().try_clone_to_owned().unwrap();
    println!("{} {}", owned.as_raw_fd() != file.as_raw_fd(), File::from(owned).metadata().unwrap().len());
    let (reader, mut writer) = io::pipe().unwrap();
    drop(reader);
    println!("{:?}", writer.write(b"x").unwrap_err().kind());
    println!("{} {}", io::IsTerminal::is_terminal(&file), io::stdout().lock().write(b"stdout\n").unwrap());
}

fn clocks() {
    let begin = Instant::now();
    thread::sleep(Duration::from_millis(15));
    println!("{}", begin.elapsed() >= Duration::from_millis(15));
    println!("{}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() > 1_600_000_000);
    println!("{:?} {:?}", Duration::from_millis(1500), begin.checked_sub(Duration::from_secs(u64::MAX)));
}

fn collections() {
    let map: HashMap<String, u32> = (0..10_000).map(|number| (number.to_string(), number)).collect();
    println!("{} {:?} {}", map.len(), map.get("77"), map.values().map(|number| u64::from(*number)).sum::<u64>());
    let sorted: BTreeMap<_, _> = map.iter().map(|(name, number)| (number % 7, name.len())).collect();
    println!("{:?}", sorted.keys().collect::<Vec<_>>());
    let mut words = vec!["c", "a", "b"];
    words.sort_unstable();
    println!("{words:?} {:?}", "äöü ß".to_uppercase());
    let c = CString::new("nul-ended").unwrap();
    // SAFETY: `c` ends by a NUL and lives on.
    println!("{:?}", unsafe { CStr::from_ptr(c.as_ptr()) });
    let counter = AtomicU32::new(0);
    let total: u32 = (0..1000u32).inspect(|_| { counter.fetch_add(1, Ordering::Relaxed); }).filter(|n| n % 3 == 0).sum();
    println!("{total} {}", counter.into_inner());
    println!("{:?}", Box::<[u8]>::new_uninit_slice(100_000_000).len());
}
