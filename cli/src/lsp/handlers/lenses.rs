//! `textDocument/codeLens`

use crate::lsp::capabilities::PREVIEW;
use crate::lsp::look::Look;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{CodeLens, CodeLensParams, Command, Range};
use gkc_core::editor::{UserData, grouped, user_data};
use serde_json::{Value, json};

/// Above a configuration whether what was built last is of this text; above machines how much of their user-data is used.
pub fn answer(state: &mut State, params: &CodeLensParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let built = look.is_built().map(|fresh| {
        let title = match fresh {
            true => "built: up to date",
            false => "built: out of date",
        };
        lens(Range::default(), title.to_owned(), String::new(), Vec::new())
    });
    let sizes = match &look.document.proof.sizes {
        Some(sizes) => sizes.clone(),
        // They come with the artifacts; a client that cannot be told then gets them now.
        None if look.agreed().refreshes_lenses => Vec::new(),
        None => user_data(look.draft),
    };
    let sizes = sizes.into_iter().map(|of| size(&look, of));
    write(built.into_iter().chain(sizes).collect::<Vec<_>>())
}

fn size(look: &Look<'_>, of: UserData) -> CodeLens {
    let grouped = |number: usize| grouped(number as u128);
    let bytes = grouped(of.bytes);
    let title = match of.most {
        Some(most) => format!("{bytes} of {} bytes of user-data", grouped(most)),
        None => format!("{bytes} bytes of user-data"),
    };
    // A lens stands in one line.
    let start = look.range(of.span).start;
    let range = Range { start, end: start };
    let (command, arguments) = match look.agreed().previews {
        true => (
            PREVIEW.to_owned(),
            vec![json!(look.document.uri), json!(of.path), json!(range.start)],
        ),
        // Clients show a lens without a command as a text.
        false => (String::new(), Vec::new()),
    };
    lens(range, title, command, arguments)
}

fn lens(range: Range, title: String, command: String, arguments: Vec<Value>) -> CodeLens {
    CodeLens {
        range,
        command: Some(Command {
            title,
            tooltip: None,
            command,
            arguments: (!arguments.is_empty()).then_some(arguments),
        }),
        data: None,
    }
}
