//! `groma explain`.

use crate::args::Explain;
use crate::output::{self, Exit};
use anyhow::bail;
use groma::model::{Code, codes};

pub(crate) fn run(args: &Explain) -> anyhow::Result<Exit> {
    let text = match &args.code {
        None => codes::ALL
            .iter()
            .map(|c| format!("{}  {:<7}  {}\n", c.id(), c.page().severity.as_str(), c.page().title))
            .collect(),
        Some(id) => match Code::find(id) {
            Some(code) => code.page().page.to_owned(),
            None => bail!("there is no code `{id}`\n  hint: `groma explain` lists all codes"),
        },
    };
    output::write(&text, None)?;
    Ok(Exit::Ok)
}
