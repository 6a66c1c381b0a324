//! What colours and patterns mean, in a corner of the view.

use crate::panels::colour;
use crate::session::Session;
use crate::session::paint::{Meaning, Pattern};
use bevy_egui::egui;

/// The share of the view's height that it takes at most: what is more is scrolled.
const MOST: f32 = 0.6;
/// In a low view it may take so many points, as long as it leaves some of it.
const LOW: f32 = 240.0;
/// How high a line is, with what is between it and the next.
const LINE: f32 = 22.0;

/// Shows the legend, where colours mean something.
pub fn show(ctx: &egui::Context, s: &Session, view: egui::Rect) {
    let lines = &s.legend;
    if lines.is_empty() {
        return;
    }
    let low = (view.height() - 60.0).min(LOW);
    let most = (view.height() * MOST - 20.0).max(low).max(2.0 * LINE);
    let high = lines.len() as f32 * LINE;
    let scrolls = high > most;
    egui::Area::new("legend".into())
        .fixed_pos(view.left_bottom() + egui::vec2(10.0, -10.0))
        .pivot(egui::Align2::LEFT_BOTTOM)
        .constrain_to(view)
        // Where it need not be scrolled, one clicks through it.
        .interactable(scrolls)
        .show(ctx, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                // What floats is as high as it was; without a least height a short list would stay short.
                let area = egui::ScrollArea::vertical().min_scrolled_height(high.min(most)).max_height(most);
                area.show(ui, |ui| {
                    for line in lines {
                        ui.horizontal(|ui| {
                            swatch(ui, line);
                            ui.label(format!("{} ({})", line.label, line.count));
                        });
                    }
                });
            });
        });
}

/// A patch of the colour with its pattern.
fn swatch(ui: &mut egui::Ui, line: &Meaning) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(22.0, 14.0), egui::Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 1.0, colour(line.colour));
    let dark = egui::Stroke::new(1.5, colour(line.colour.map(|c| (f32::from(c) * 0.55) as u8)));
    let stripes = |up: bool| {
        for k in -3..7 {
            let x = rect.left() + k as f32 * 6.0;
            let (from, to) = if up { (rect.bottom(), rect.top()) } else { (rect.top(), rect.bottom()) };
            painter.line_segment([egui::pos2(x, from), egui::pos2(x + rect.height(), to)], dark);
        }
    };
    match line.pattern {
        Pattern::Plain => {}
        Pattern::Stripes => stripes(true),
        Pattern::Cross => {
            stripes(true);
            stripes(false);
        }
        Pattern::Dots => {
            for x in 0..4 {
                for y in 0..2 {
                    let at = rect.left_top() + egui::vec2(3.5 + 5.0 * x as f32, 4.0 + 6.0 * y as f32);
                    painter.circle_filled(at, 1.4, dark.color);
                }
            }
        }
        Pattern::Level => {
            for k in 0..3 {
                painter.hline(rect.x_range(), rect.top() + 2.5 + 5.0 * k as f32, dark);
            }
        }
    }
}
