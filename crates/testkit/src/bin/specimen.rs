//! A small program for the kit's own tests: it prints, serves pages, or uses a database, as it is told.
//!
//! Not here: anything for the tests of other crates.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use testkit::{Kind, TestDatabase};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["print", code, stdout, stderr] => {
            print!("{stdout}");
            eprint!("{stderr}");
            ExitCode::from(code.parse::<u8>().expect("a code"))
        }
        ["copy"] => {
            std::io::copy(&mut std::io::stdin(), &mut std::io::stdout()).expect("a copy");
            ExitCode::SUCCESS
        }
        ["wait"] => loop {
            thread::sleep(Duration::from_secs(1));
        },
        ["serve"] => serve(),
        ["fail"] => {
            eprintln!("the port is taken");
            ExitCode::FAILURE
        }
        // Two tests of one kind, as another crate would run them.
        ["test", kind] => {
            testkit::database::run(named(kind), async |_: &TestDatabase| println!("ran"));
            testkit::database::run(named(kind), async |db: &TestDatabase| println!("ran on {}", db.url()));
            ExitCode::SUCCESS
        }
        #[cfg(feature = "browser")]
        ["browse"] => {
            testkit::browser::run(async |browser: &testkit::browser::Browser| {
                browser.open("data:text/html,<p>hello").await;
                println!("read {}", browser.text("p").await);
            });
            ExitCode::SUCCESS
        }
        // A database that lives until standard input ends.
        ["hold", kind] => {
            if let Some(db) = TestDatabase::new(named(kind)) {
                println!("{}", db.url());
                let _ = std::io::stdin().read(&mut [0]);
            }
            ExitCode::SUCCESS
        }
        _ => panic!("unknown arguments: {arguments:?}"),
    }
}

fn named(kind: &str) -> Kind {
    Kind::ALL.into_iter().find(|known| known.to_string() == kind).expect("a kind")
}

/// Serves until SIGTERM, then says goodbye.
#[tokio::main]
async fn serve() -> ExitCode {
    let mut term = signal(SignalKind::terminate()).expect("a handler");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("listening on http://{}/ (pid {})", listener.local_addr().expect("an address"), std::process::id());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    term.recv().await;
    println!("goodbye");
    ExitCode::SUCCESS
}

/// Answers one request of a connection.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let [method, path, _] = line.split(' ').collect::<Vec<_>>()[..] else { return Ok(()) };
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body);
    let cookie = header("cookie");
    let reply = match (method.as_str(), path.as_str()) {
        ("GET", "/") => page(r#"<form><input name=a value=b><INPUT Type="HIDDEN" value='x&amp;"y' name="csrf_token">"#),
        ("POST", "/login") => {
            format!(
                "303 See Other\r\nset-cookie: session={body}; Path=/; HttpOnly\r\nlocation: home\r\ncontent-length: 0\r\n\r\n"
            )
        }
        ("GET", "/home") => page(&format!("cookies: {cookie}")),
        ("GET", "/loop") => "302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\n\r\n".to_owned(),
        ("GET", "/events") => "200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: one\n\ndata: two\n\n".to_owned(),
        ("GET", "/script") => page(
            "<h1>still</h1><button onclick=\"document.querySelector('h1').textContent='moved'\">go</button>\
             <input id=i><script>console.error('on purpose')</script>",
        ),
        (_, "/echo") => {
            let (kind, key) = (header("content-type"), header("x-key"));
            page(&serde_json::json!({"method": method, "type": kind, "key": key, "body": body}).to_string())
        }
        _ => "404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    };
    write!(stream, "HTTP/1.1 {}", reply.replacen("\r\n", "\r\nconnection: close\r\n", 1))?;
    if path == "/events" {
        // The stream stays open, as a live one does.
        stream.flush()?;
        thread::sleep(Duration::from_secs(60));
    }
    Ok(())
}

fn page(body: &str) -> String {
    format!("200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
