use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// A stream whose peer must read.
///
/// While a write waits, nothing more is read (a client cannot pile up requests whose answers it
/// does not take); after `timeout` without progress the stream fails. `guard` is dropped with it,
/// also when the connection was upgraded meanwhile.
#[derive(Debug)]
pub(crate) struct Timed<S, G> {
    stream: S,
    _guard: G,
    timeout: Duration,
    /// Runs while a write waits.
    deadline: Pin<Box<Sleep>>,
    waiting: bool,
    reader: Option<Waker>,
}

impl<S, G> Timed<S, G> {
    pub(crate) fn new(stream: S, timeout: Duration, guard: G) -> Self {
        Self { stream, _guard: guard, timeout, deadline: Box::pin(sleep(timeout)), waiting: false, reader: None }
    }

    /// Notes how a write went and turns an overdue one into an error.
    fn watch<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.waiting = false;
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
            return write;
        }
        if !self.waiting {
            self.waiting = true;
            let due = Instant::now() + self.timeout;
            self.deadline.as_mut().reset(due);
        }
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin, G: Unpin> AsyncRead for Timed<S, G> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.waiting {
            this.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Pin::new(&mut this.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin, G: Unpin> AsyncWrite for Timed<S, G> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.watch(cx, write)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.watch(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flush = Pin::new(&mut this.stream).poll_flush(cx);
        this.watch(cx, flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let shutdown = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.watch(cx, shutdown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn an_unread_answer_fails_after_the_timeout() {
        let (near, _far) = duplex(8);
        let mut stream = Timed::new(near, Duration::from_millis(5), ());
        let error = stream.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_reads_gets_everything() {
        let (near, mut far) = duplex(8);
        let mut stream = Timed::new(near, Duration::from_secs(3600), ());
        let mut got = [0; 64];
        let (written, read) = tokio::join!(stream.write_all(&[7; 64]), far.read_exact(&mut got));
        written.unwrap();
        read.unwrap();
        assert_eq!(got, [7; 64]);
    }

    #[tokio::test]
    async fn nothing_is_read_while_an_answer_waits() {
        let (near, mut far) = duplex(8);
        let mut stream = Timed::new(near, Duration::from_secs(3600), ());
        far.write_all(b"more").await.unwrap();
        let stuck = futures::poll!(std::pin::pin!(stream.write_all(&[0; 64])));
        assert!(stuck.is_pending());
        let mut got = [0; 4];
        assert!(futures::poll!(std::pin::pin!(stream.read_exact(&mut got))).is_pending());
    }
}
