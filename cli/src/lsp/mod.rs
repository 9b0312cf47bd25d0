//! `gkc lsp`: the language server. The only place that knows types of the protocol; what it answers comes from the core as plain data.
//!
//! Requests are answered in their order on one thread: an analysis takes milliseconds. Making artifacts takes longer and happens on a
//! second thread, once the client is idle or saves; an edit makes it stop at the next stage.

mod background;
mod capabilities;
mod changes;
mod convert;
mod differences;
mod document;
mod handlers;
mod look;
mod parent;
mod plain;
mod progress;
mod proof;
mod server;
mod settings;
mod state;
mod transport;
mod watching;

use crate::exit::Status;
use server::{End, Server};
use transport::Client;

/// Serves the client on standard input and output until it says `exit`, or is gone.
pub fn serve() -> Status {
    let client = Client::stdio();
    let mut server = Server::new(client.sender.clone());
    let end = server.run(&client.receiver);
    let is_orderly = server.is_orderly(&end);
    drop(server);
    match end {
        End::Exit | End::Lost => client.finish(),
        // A client that is gone reads nothing: waiting for it could take forever.
        End::Gone => {}
    }
    // The protocol's exit codes.
    if is_orderly {
        Status::Clean
    } else {
        Status::Findings
    }
}
