//! Requests about names: `textDocument/definition`, `references`, `documentHighlight`, `prepareRename` and `rename`.

use crate::lsp::look::Look;
use crate::lsp::state::{Refusal, State, refusal, write};
use crate::workspace::{MAX_SECRETS_BYTES, place_of, read_text};
use gen_lsp_types::{
    DefinitionParams, DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, Position,
    PrepareRenameParams, PrepareRenamePlaceholder, Range, ReferenceParams, RenameParams,
    TextDocumentPositionParams,
};
use gkc_core::editor::{Name, NameKind, Names, links};
use lsp_server::ErrorCode;
use serde_json::Value;

/// Where a name is given, a variable is set, or a file is.
pub fn definition(state: &mut State, params: &DefinitionParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    let Some(look) = state.look(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let offset = look.offset(at.position);
    let names = Names::of(look.draft);
    if let Some(name) = names.at(look.file.id(), offset) {
        return write(match name.kind {
            NameKind::Variable => set_at(&look, &name.text).into_iter().collect(),
            _ => locations(&look, names.same(name).filter(|name| name.is_given)),
        });
    }
    write(file_at(&look, offset).into_iter().collect::<Vec<Location>>())
}

fn locations<'n>(look: &Look<'_>, names: impl Iterator<Item = &'n Name>) -> Vec<Location> {
    let places = look.places();
    names.filter_map(|name| places.location(name.span)).collect()
}

/// The line of the secrets file that sets a variable. What it is set to stays there.
fn set_at(look: &Look<'_>, variable: &str) -> Option<Location> {
    let path = look.inputs.secrets().path();
    let text = read_text(path, MAX_SECRETS_BYTES).ok()??;
    let (line, column) = place_of(variable, &text)?;
    let position = |column: usize| {
        Some(Position {
            line: u32::try_from(line).ok()?,
            character: u32::try_from(column).ok()?,
        })
    };
    Some(Location {
        uri: look.places().uri_of(path)?,
        // Names of variables are ASCII, of which every encoding counts the same.
        range: Range {
            start: position(column)?,
            end: position(column + variable.len())?,
        },
    })
}

/// The file whose path is at a place.
fn file_at(look: &Look<'_>, offset: u32) -> Option<Location> {
    let here = |span: gkc_core::source::Span| span.start <= offset && offset <= span.end;
    let links = links(look.draft);
    let link = links.iter().find(|link| look.is_config() && here(link.span))?;
    let path = look.inputs.path(&link.path);
    let uri = path.is_file().then(|| look.places().uri_of(&path))?;
    let range = Range::default();
    Some(Location { uri: uri?, range })
}

/// What is to answer about the name at a place; `otherwise` where there is none.
fn about_name(
    state: &mut State,
    at: &TextDocumentPositionParams,
    otherwise: Result<Value, Refusal>,
    answer: impl FnOnce(&Look<'_>, &Names, &Name) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let Some(look) = state.look(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let names = Names::of(look.draft);
    match names.at(look.file.id(), look.offset(at.position)) {
        Some(name) => answer(&look, &names, name),
        None => otherwise,
    }
}

/// Where a name is used, and given where the client wants that too.
pub fn references(state: &mut State, params: &ReferenceParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    about_name(state, at, Ok(Value::Null), |look, names, name| {
        let wanted = |name: &&Name| params.context.include_declaration || !name.is_given;
        write(locations(look, names.same(name).filter(wanted)))
    })
}

/// The same name elsewhere in the document.
pub fn highlight(state: &mut State, params: &DocumentHighlightParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    about_name(state, at, Ok(Value::Null), |look, names, name| {
        let here = names.same(name).filter(|name| name.span.file == look.file.id());
        let highlights = here.map(|name| DocumentHighlight {
            range: look.range(name.span),
            kind: Some(match name.is_given {
                true => DocumentHighlightKind::Write,
                false => DocumentHighlightKind::Read,
            }),
        });
        write(highlights.collect::<Vec<_>>())
    })
}

/// Whether the name at a place can be changed, and what it is.
pub fn prepare_rename(state: &mut State, params: &PrepareRenameParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    about_name(state, at, Ok(Value::Null), |look, names, name| {
        names.may_rename(look.draft, name).map_err(failed)?;
        write(PrepareRenamePlaceholder {
            range: look.range(name.span),
            placeholder: name.text.clone(),
        })
    })
}

/// Changes a name everywhere, in the policy too.
pub fn rename(state: &mut State, params: &RenameParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    let nothing = Err(failed("no name to change here".to_owned()));
    about_name(state, at, nothing, |look, names, name| {
        let edits = names.rename(look.draft, &look.inputs, name, &params.new_name);
        write(look.edit(&edits.map_err(failed)?))
    })
}

fn failed(why: String) -> Refusal {
    refusal(ErrorCode::RequestFailed, why)
}
