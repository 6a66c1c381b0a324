//! The instant that is shown, over the view, and the scenario beside it.

use crate::panels::plan::day;
use crate::session::Session;
use bevy_egui::egui;

/// Shows them where a programme is shown.
pub fn show(ctx: &egui::Context, s: &Session, view: egui::Rect) {
    if let Some(shown) = &s.plan {
        words(ctx, "date", view.left_top(), &day(shown.at()), widest_date(ctx));
    }
    if let Some(compare) = &s.compare {
        words(ctx, "scenario", view.center_top(), &compare.name, 0.0);
    }
}

/// How large the words are.
const SIZE: f32 = 20.0;

/// The width that any date fits in, so that its box stays the same from picture to picture of a film.
fn widest_date(ctx: &egui::Context) -> f32 {
    let width = |text: String| {
        let font = egui::FontId::proportional(SIZE);
        ctx.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, egui::Color32::WHITE).size().x)
    };
    let widest = |words: &[&'static str]| {
        let of = |word: &&'static str| (*word, width((*word).to_owned()));
        words.iter().map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map_or("", |(word, _)| word)
    };
    let day = widest(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    let month = widest(&["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]);
    width(format!("{day} 00 {month} 0000 00:00")).ceil()
}

/// Words on one line over the picture, a little right of and below a place, in a box of a least width.
fn words(ctx: &egui::Context, name: &str, at: egui::Pos2, text: &str, width: f32) {
    egui::Area::new(name.to_owned().into()).fixed_pos(at + egui::vec2(10.0, 10.0)).interactable(false).show(
        ctx,
        |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_min_width(width);
                let text = egui::RichText::new(text).size(SIZE).strong();
                ui.add(egui::Label::new(text).wrap_mode(egui::TextWrapMode::Extend));
            });
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma::schedule::{DAY, Time};

    #[test]
    fn the_box_of_a_date_stays_as_it_is() {
        let ctx = egui::Context::default();
        let mut sizes = Vec::new();
        for days in (0..365).step_by(9) {
            let text = day(Time::from_minutes((46_000 + days) * DAY + 8 * 60));
            // The first frame of an area measures it.
            for _ in 0..2 {
                let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                    let ctx = ui.ctx().clone();
                    words(&ctx, "date", egui::Pos2::ZERO, &text, widest_date(&ctx));
                });
                output.textures_delta.clear();
            }
            let area = ctx.memory(|memory| memory.area_rect(egui::Id::from("date".to_owned())));
            sizes.push(area.expect("it is drawn").size());
        }
        assert!(sizes.iter().all(|size| *size == sizes[0] && size.y < 2.0 * SIZE + 10.0), "{sizes:?}");
    }
}
