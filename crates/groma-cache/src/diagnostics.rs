//! Diagnostics in entries: codes by their ids.

use crate::store::{Corrupt, Reader, Store, Writer};
use groma_model::{Code, Diagnostic, Diagnostics, Location};

impl Store for Code {
    fn write(&self, out: &mut Writer) {
        self.id().to_owned().write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Self::find(&String::read(input)?).ok_or(Corrupt)
    }
}

impl Store for Location {
    fn write(&self, out: &mut Writer) {
        let Self { model, express_id, class, global_id, name } = self;
        model.write(out);
        express_id.write(out);
        class.write(out);
        global_id.write(out);
        name.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            model: Store::read(input)?,
            express_id: Store::read(input)?,
            class: Store::read(input)?,
            global_id: Store::read(input)?,
            name: Store::read(input)?,
        })
    }
}

impl Store for Diagnostic {
    fn write(&self, out: &mut Writer) {
        let Self { code, location, detail, stands_for } = self;
        code.write(out);
        location.write(out);
        detail.write(out);
        out.number(*stands_for as u64);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            code: Store::read(input)?,
            location: Store::read(input)?,
            detail: Store::read(input)?,
            stands_for: usize::try_from(u64::read(input)?).map_err(|_| Corrupt)?,
        })
    }
}

impl Store for Diagnostics {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        self.iter().for_each(|d| d.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let mut all = Self::default();
        for diagnostic in Vec::<Diagnostic>::read(input)? {
            all.push(diagnostic);
        }
        Ok(all)
    }
}
