//! Accepts connections and refuses addresses that are longer than any honest one.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep, sleep_until},
};

/// Longest first line of a request, in bytes. The HTTP library below would answer a longer one with 431, "header
/// fields too large", which blames the wrong part.
const LONGEST_LINE_BYTES: usize = 32 * 1024;

/// Most that is read and thrown away so that the caller, still sending, gets to see the answer.
const MOST_DRAINED_BYTES: usize = 64 * 1024 * 1024;

const TOO_LONG: &str =
    r#"{"type":"about:blank","title":"Address too long","status":414,"detail":"the address is too long"}"#;

/// A TCP listener whose connections answer 414 to a request that begins with an endless line.
#[derive(Debug)]
pub struct PatientListener(pub TcpListener);

impl Listener for PatientListener {
    type Io = Guarded;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guarded, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // A failure to switch off Nagle's algorithm only costs time.
        let _ = stream.set_nodelay(true);
        (Guarded::new(stream), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that watches the length of its first line, and ends when nothing moves on it any more.
#[derive(Debug)]
pub struct Guarded {
    stream: TcpStream,
    state: State,
    /// When something last moved.
    moved: Instant,
    /// Wakes the connection to look at the time.
    alarm: Pin<Box<Sleep>>,
}

/// How long a connection may lie still: between two requests, within one, or because a reader takes nothing.
const LONGEST_STILL: Duration = Duration::from_secs(75);
/// How long a refused caller has to read why.
const LONGEST_REFUSED: Duration = Duration::from_secs(10);

impl Guarded {
    fn new(stream: TcpStream) -> Self {
        let moved = Instant::now();
        Self {
            stream,
            state: State::FirstLine(0),
            moved,
            alarm: Box::pin(sleep_until(moved + LONGEST_STILL)),
        }
    }

    /// Pending, until the connection has lain still for too long.
    fn lie_still(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let limit = if matches!(self.state, State::Refused(_)) { LONGEST_REFUSED } else { LONGEST_STILL };
        while self.alarm.as_mut().poll(cx).is_ready() {
            let until = self.moved + limit;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Bytes of the first line so far.
    FirstLine(usize),
    /// The first line has ended; nothing more to watch.
    Open,
    /// Refused; bytes drained since.
    Refused(usize),
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let before = buf.filled().len();
            match Pin::new(&mut self.stream).poll_read(cx, buf) {
                Poll::Pending => return self.lie_still(cx),
                Poll::Ready(read) => read?,
            }
            if !matches!(self.state, State::Refused(_)) {
                self.moved = Instant::now();
            }
            let fresh = buf.filled().get(before..).unwrap_or_default();
            let ended = fresh.is_empty();
            match self.state {
                State::Open => return Poll::Ready(Ok(())),
                State::FirstLine(seen) => {
                    let seen = seen + fresh.len();
                    if ended || fresh.contains(&b'\n') {
                        self.state = State::Open;
                    } else if seen <= LONGEST_LINE_BYTES {
                        self.state = State::FirstLine(seen);
                    } else {
                        self.state = State::Refused(0);
                        self.alarm.as_mut().reset(Instant::now() + LONGEST_REFUSED);
                        // The buffer of a fresh connection is empty: the few bytes fit or the caller is gone.
                        let _ = self.stream.try_write(&refusal());
                        buf.set_filled(before);
                        continue;
                    }
                    return Poll::Ready(Ok(()));
                }
                State::Refused(drained) => {
                    let drained = drained + fresh.len();
                    buf.set_filled(before);
                    self.state = State::Refused(drained);
                    if ended || drained > MOST_DRAINED_BYTES {
                        return Poll::Ready(Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "first line too long",
                        )));
                    }
                }
            }
        }
    }
}

fn refusal() -> Vec<u8> {
    format!(
        "HTTP/1.1 414 URI Too Long\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{TOO_LONG}",
        TOO_LONG.len()
    )
    .into_bytes()
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, data));
        self.moved = Instant::now();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, parts));
        self.moved = Instant::now();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl Connected<IncomingStream<'_, PatientListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, PatientListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The address of whoever opened the connection.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub SocketAddr);
