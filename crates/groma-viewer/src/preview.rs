//! Shows large models while they are read.

use crate::load::{Begun, Report};
use crate::parts::{Batch, PartMaker, drawn_of, is_drawn};
use groma::geometry::{Instance, Shapes};
use groma::model::ElementId;
use groma::{Loaded, Meshed, ModelSource, Watch};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Models of more bytes than this together are shown before all is there.
const LARGE: u64 = 10_000_000;

/// Shows what is there of models before all is: where models stand to each other is not known yet, and nothing is an
/// element.
pub(crate) struct Preview {
    reports: SyncSender<Report>,
    /// `None` when the viewer cannot follow: loading waits for no preview.
    outbox: Mutex<Option<Outbox>>,
    /// What is meshed of the models that are being read, by label.
    meshed: Mutex<BTreeMap<Arc<str>, Waiting>>,
    /// There are several models: each is shown when it is there.
    several: bool,
    /// From the first mesh of a model on it takes so long before some are shown: most models are there by then.
    hold: Duration,
    /// After that what is meshed waits so long for more.
    gather: Duration,
}

/// Makes the parts, and keeps what the viewer had no room for.
#[derive(Default)]
struct Outbox {
    maker: PartMaker,
    unsent: VecDeque<Report>,
}

/// A viewer that is so many reports behind cannot follow.
const MOST_UNSENT: usize = 256;

/// Meshes of a model that wait to be shown.
struct Waiting {
    shapes: Shapes,
    /// Where each mesh is among those of the shapes, by its address: it stays where it is as long as it is among them.
    places: HashMap<usize, u32>,
    since: Instant,
    /// Some were shown before.
    begun: bool,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { shapes: Shapes::default(), places: HashMap::new(), since: Instant::now(), begun: false }
    }
}

impl Waiting {
    fn add(&mut self, part: &Meshed<'_>) {
        let meshes = &mut self.shapes.meshes;
        let mesh = *self.places.entry(Arc::as_ptr(part.mesh) as usize).or_insert_with(|| {
            meshes.push(part.mesh.clone());
            meshes.len() as u32 - 1
        });
        let (placement, colour) = (*part.placement, part.colour);
        self.shapes.instances.push(Instance { element: ElementId(0), mesh, placement, colour });
    }
}

impl Preview {
    /// A preview of models that are worth it.
    pub(crate) fn of(sources: &[ModelSource], reports: &SyncSender<Report>) -> Option<Self> {
        let bytes = |s: &ModelSource| std::fs::metadata(&s.path).map_or(0, |m| m.len());
        let large = sources.iter().map(bytes).sum::<u64>() > LARGE;
        large.then(|| Self::new(reports.clone(), sources.len() > 1))
    }

    fn new(reports: SyncSender<Report>, several: bool) -> Self {
        Self {
            reports,
            outbox: Mutex::new(Some(Outbox::default())),
            meshed: Mutex::default(),
            several,
            hold: Duration::from_millis(500),
            gather: Duration::from_millis(150),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Waiting>> {
        self.meshed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, drawn: impl Fn(ElementId) -> bool, shapes: &Shapes) {
        let mut outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Outbox { maker, unsent }) = outbox.as_mut() else { return };
        let Some(first) = shapes.instances.iter().find(|i| i.placement.is_finite()) else { return };
        if maker.origin.is_none() {
            // Near the first thing that there is, so that far coordinates do not tremble.
            maker.origin = Some(first.placement.translation.round());
            unsent.push_back(Report::Begun(Begun { elements: 0, preview: true }));
        }
        maker.make(0, drawn, shapes, &mut |batch| {
            unsent.push_back(Report::Parts(Batch { preview: true, ..batch }));
            unsent.len() <= MOST_UNSENT
        });
        let mut heard = unsent.len() <= MOST_UNSENT;
        while let Some(report) = unsent.pop_front().filter(|_| heard) {
            match self.reports.try_send(report) {
                Ok(()) => {}
                Err(TrySendError::Full(report)) => {
                    unsent.push_front(report);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => heard = false,
            }
        }
        if !heard {
            *outbox = None;
        }
    }
}

impl Watch for Preview {
    fn meshed(&self, label: &Arc<str>, part: Meshed<'_>) {
        if !is_drawn(part.class) {
            return;
        }
        let mut meshed = self.waiting();
        let waiting = meshed.entry(label.clone()).or_default();
        waiting.add(&part);
        if waiting.since.elapsed() >= if waiting.begun { self.gather } else { self.hold } {
            let waiting = std::mem::replace(waiting, Waiting { begun: true, ..Waiting::default() });
            drop(meshed);
            self.show(|_| true, &waiting.shapes);
        }
    }

    fn read(&self, model: &Loaded) {
        let waiting = self.waiting().remove(&model.source.label);
        match waiting.filter(|waiting| waiting.begun) {
            Some(waiting) => self.show(|_| true, &waiting.shapes),
            None if self.several => self.show(drawn_of(&model.model), &model.shapes),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::tests::{model, triangles};
    use glam::{DAffine3, DVec3};
    use groma::model::Diagnostics;
    use std::sync::mpsc::{Receiver, sync_channel};

    #[test]
    fn a_preview_that_begins_with_glass_begins_once() {
        let (reports, heard) = sync_channel(64);
        let preview = Preview::new(reports, true);
        let at = DAffine3::from_translation(DVec3::new(1e6, 0.0, 0.0));
        for alpha in [0.5, 1.0, 1.0] {
            let mut shapes = triangles(&[at]);
            shapes.instances[0].colour[3] = alpha;
            preview.read(&Loaded {
                source: ModelSource::new("m.ifc"),
                model: model(&["IfcWindow"]),
                shapes,
                local_bounds: None,
                diagnostics: Diagnostics::default(),
                to_frame: DAffine3::IDENTITY,
            });
        }
        assert_eq!(told(&heard), "bppp");
    }

    fn told(heard: &Receiver<Report>) -> String {
        let letter = |report| match report {
            Report::Begun(_) => 'b',
            Report::Parts(_) => 'p',
            _ => '?',
        };
        heard.try_iter().map(letter).collect()
    }

    #[test]
    fn what_is_meshed_is_shown_while_the_rest_is_read_and_not_again() {
        let (reports, heard) = sync_channel(2);
        let mut preview = Preview { hold: Duration::MAX, ..Preview::new(reports, false) };
        let placement = DAffine3::from_translation(DVec3::new(1e6, 0.0, 0.0));
        let shapes = triangles(&[placement]);
        let model = model(&["IfcWall", "IfcGrid"]);
        let mesh = |class: usize| Meshed {
            class: &model.elements[class].class,
            mesh: &shapes.meshes[0],
            placement: &placement,
            colour: [1.0; 4],
        };
        let label: Arc<str> = "m".into();
        preview.meshed(&label, mesh(1));
        assert_eq!(told(&heard), "", "grids are not drawn");
        preview.gather = Duration::MAX;
        for _ in 0..100 {
            preview.meshed(&label, mesh(0));
        }
        assert_eq!(told(&heard), "", "it may be there soon");
        preview.hold = Duration::ZERO;
        for _ in 0..100 {
            preview.meshed(&label, mesh(0));
        }
        assert_eq!(told(&heard), "bp", "others are gathered");
        preview.gather = Duration::ZERO;
        for _ in 0..3 {
            preview.meshed(&label, mesh(0));
        }
        preview.gather = Duration::MAX;
        assert_eq!(told(&heard), "pp", "there is room for two");
        let read = Loaded {
            source: ModelSource { label: label.clone(), ..ModelSource::new("m.ifc") },
            model: crate::parts::tests::model(&["IfcWall"]),
            shapes: triangles(&[placement]),
            local_bounds: None,
            diagnostics: Diagnostics::default(),
            to_frame: DAffine3::IDENTITY,
        };
        preview.meshed(&label, mesh(0));
        preview.read(&read);
        assert_eq!(told(&heard), "pp", "what had no room, and the last");
        preview.read(&read);
        assert_eq!(told(&heard), "", "one alone that is there is shown as it is");
    }
}
