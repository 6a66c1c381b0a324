//! Tasks and what hangs on them, in the words of IFC2x3 and of IFC4.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{model, step, told};
use groma_model::process::LagValue;

#[test]
fn ifc4_tasks_calendars_and_resources() {
    let data = "#10=IFCTASK('t1',$,'All',$,$,'1','long','Started','Hoist',.F.,50,$,.CONSTRUCTION.);
#11=IFCTASK('t2',$,'Walls',$,'Own word','1.1',$,$,$,.F.,$,#20,.USERDEFINED.);
#12=IFCTASK('t3',$,'Done',$,$,'1.2',$,$,$,.T.,$,$,$);
#20=IFCTASKTIMERECURRING('n',.USERDEFINED.,'guessed',.WORKTIME.,'P5D','2026-01-05T08:00:00',$,$,$,$,$,$,$,.T.,$,$,'2026-01-06T08:00:00',$,$,0.25,#35);
#21=IFCRELNESTS('r1',$,$,$,#10,(#12,#11));
#22=IFCLAGTIME('wait',.PREDICTED.,$,IFCDURATION('P2D'),.ELAPSEDTIME.);
#23=IFCRELSEQUENCE('r2',$,'dries','concrete',#11,#12,#22,.USERDEFINED.,'after drying');
#24=IFCLAGTIME($,$,$,IFCRATIOMEASURE(0.5),.WORKTIME.);
#25=IFCRELSEQUENCE('r3',$,$,$,#11,#12,#24,.START_START.,$);
#30=IFCWORKPLAN('p',$,'Plan',$,$,'P1','2026-01-01T00:00:00',(#90),'tender','P30D',$,'2026-01-05T00:00:00',$,.PLANNED.);
#31=IFCWORKSCHEDULE('s',$,'Schedule',$,$,$,'2026-01-01T00:00:00',$,$,$,$,'2026-01-05T00:00:00',$,.BASELINE.);
#32=IFCRELAGGREGATES('r4',$,$,$,#30,(#31));
#33=IFCRELASSIGNSTOCONTROL('r5',$,$,$,(#10),$,#31);
#34=IFCWORKCALENDAR('c',$,'5x8',$,$,'C1',(#36),(#38),.FIRSTSHIFT.);
#35=IFCRECURRENCEPATTERN(.WEEKLY.,$,(1,2,3),$,$,2,10,(#37));
#36=IFCWORKTIME('week',$,$,#35,'2026-01-01','2026-12-31');
#37=IFCTIMEPERIOD('08:00:00','12:00:00');
#38=IFCWORKTIME('Christmas',.MEASURED.,$,#39,'2026-12-24','2026-12-26');
#39=IFCRECURRENCEPATTERN(.YEARLY_BY_DAY_OF_MONTH.,(24,25,26),$,(12),$,$,$,$);
#40=IFCRELASSIGNSTOCONTROL('r6',$,$,$,(#11,#50),$,#34);
#50=IFCCREWRESOURCE('w1',$,'Crew',$,$,'R1','masons',#51,(#52),#53,.SITE.);
#51=IFCRESOURCETIME($,$,$,'PT80H',2.,$,$,'FLAT',$,.F.,$,$,$,$,$,$,$,0.5);
#52=IFCCOSTVALUE('Rate',$,IFCMONETARYMEASURE(50.),$,$,$,'Labour',$,$,$);
#53=IFCQUANTITYTIME('hours',$,$,8.,$);
#54=IFCLABORRESOURCE('w2',$,'Mason',$,$,$,$,$,$,$,$);
#55=IFCRELNESTS('r7',$,$,$,#50,(#54));
#56=IFCMEASUREWITHUNIT(IFCTIMEMEASURE(40.),#57);
#57=IFCSIUNIT(*,.TIMEUNIT.,$,.SECOND.);
#58=IFCRELASSIGNSTOPROCESS('r8',$,$,$,(#50),$,#11,#56);
#60=IFCWALL('W',$,'wall',$,$,$,$,$,$);
#61=IFCSLAB('D',$,'slab',$,$,$,$,$,$);
#62=IFCRELASSIGNSTOPRODUCT('r9',$,$,$,(#11),$,#60);
#63=IFCRELASSIGNSTOPROCESS('r10',$,$,$,(#61),$,#11,$);
#64=IFCPROPERTYSINGLEVALUE('wbs',$,IFCLABEL('x'),$);
#65=IFCPROPERTYSET('ps',$,'Mine',$,(#64));
#66=IFCRELDEFINESBYPROPERTIES('r11',$,$,$,(#11),#65);
#67=IFCCRANE('x');
#70=IFCACTOR('a',$,'Ltd',$,$,#92);
#71=IFCRELASSIGNSTORESOURCE('r12',$,$,$,(#70,#61),$,#50);
#90=IFCPERSON($,'Doe','Jane',$,$,$,$,$);
#92=IFCORGANIZATION($,'Ltd',$,$,$);";
    let (m, _) = model(step("IFC4", data));
    let p = &m.processes;
    let [all, walls, done] = &p.tasks[..] else { panic!("{:?}", p.tasks) };
    assert_eq!((all.object.children.as_slice(), walls.object.parent), (&[2, 1][..], Some(0)));
    assert_eq!(
        (all.object.identification.as_deref(), all.object.long_description.as_deref(), all.status.as_deref()),
        (Some("1"), Some("long"), Some("Started"))
    );
    assert_eq!(
        (all.work_method.as_deref(), all.priority, all.is_milestone),
        (Some("Hoist"), Some(50), Some(false))
    );
    assert_eq!((walls.object.predefined_type.as_deref(), done.is_milestone), (Some("Own word"), Some(true)));
    insta::assert_compact_debug_snapshot!(walls.time, @r#"Some(TaskTime { name: Some("n"), data_origin: Some("guessed"), duration_type: Some("WORKTIME"), schedule_duration: Some("P5D"), schedule_start: Some("2026-01-05T08:00:00"), schedule_finish: None, early_start: None, early_finish: None, late_start: None, late_finish: None, free_float: None, total_float: None, start_float: None, finish_float: None, is_critical: Some(true), status_time: None, actual_duration: None, actual_start: Some("2026-01-06T08:00:00"), actual_finish: None, remaining_time: None, completion: Some(0.25), recurrence: Some(Recurrence { kind: Some("WEEKLY"), days: [], weekdays: [1, 2, 3], months: [], position: None, interval: Some(2), occurrences: Some(10), periods: [("08:00:00", "12:00:00")] }) })"#);
    insta::assert_compact_debug_snapshot!(p.sequences, @r#"[Sequence { global_id: "r2", name: Some("dries"), description: Some("concrete"), predecessor: 1, successor: 2, kind: Some("after drying"), lag: Some(Lag { name: Some("wait"), data_origin: Some("PREDICTED"), value: Duration("P2D"), duration_type: Some("ELAPSEDTIME") }) }, Sequence { global_id: "r3", name: None, description: None, predecessor: 1, successor: 2, kind: Some("START_START"), lag: Some(Lag { name: None, data_origin: None, value: Ratio(0.5), duration_type: Some("WORKTIME") }) }]"#);
    assert!(matches!(p.sequences[1].lag.as_ref().unwrap().value, LagValue::Ratio(r) if r == 0.5));
    let [plan, schedule] = &p.work_controls[..] else { panic!("{:?}", p.work_controls) };
    assert_eq!((plan.object.children.as_slice(), schedule.object.parent), (&[1][..], Some(0)));
    assert_eq!((plan.creators.len(), plan.creators[0].as_ref()), (1, "Jane Doe"));
    assert_eq!((plan.purpose.as_deref(), plan.duration.as_deref()), (Some("tender"), Some("P30D")));
    assert_eq!((schedule.tasks.as_slice(), all.work_controls.as_slice()), (&[0][..], &[1][..]));
    assert_eq!(schedule.object.predefined_type.as_deref(), Some("BASELINE"));
    insta::assert_compact_debug_snapshot!((&p.calendars[0].working_times, &p.calendars[0].exception_times), @r#"([WorkTime { name: Some("week"), data_origin: None, recurrence: Some(Recurrence { kind: Some("WEEKLY"), days: [], weekdays: [1, 2, 3], months: [], position: None, interval: Some(2), occurrences: Some(10), periods: [("08:00:00", "12:00:00")] }), start: Some("2026-01-01"), finish: Some("2026-12-31") }], [WorkTime { name: Some("Christmas"), data_origin: Some("MEASURED"), recurrence: Some(Recurrence { kind: Some("YEARLY_BY_DAY_OF_MONTH"), days: [24, 25, 26], weekdays: [], months: [12], position: None, interval: None, occurrences: None, periods: [] }), start: Some("2026-12-24"), finish: Some("2026-12-26") }])"#);
    assert_eq!(walls.object.calendar, Some(0));
    let [crew, mason] = &p.resources[..] else { panic!("{:?}", p.resources) };
    assert_eq!((crew.object.calendar, mason.object.parent), (Some(0), Some(0)));
    assert_eq!(crew.usage.as_ref().and_then(|u| u.schedule_work.as_deref()), Some("PT80H"));
    insta::assert_compact_debug_snapshot!((&crew.costs, &crew.base_quantity, &crew.actors, &crew.elements), @r#"([Cost { name: Some("Rate"), category: Some("Labour"), value: Some(Real { value: 50.0, measure: Some("IfcMonetaryMeasure") }), unit: None, basis: None }], Some(Property { name: "hours", value: Some(Real { value: 8.0, measure: Some("IfcTimeMeasure") }), unit: Some("s") }), ["Ltd"], [ElementId(1)])"#);
    insta::assert_compact_debug_snapshot!(walls.resources, @r#"[Use { resource: 0, quantity: Some(Real { value: 40.0, measure: Some("IfcTimeMeasure") }) }]"#);
    let name = |id: groma_model::ElementId| m.element(id).name.as_deref();
    assert_eq!(walls.outputs.iter().map(|&e| name(e)).collect::<Vec<_>>(), [Some("wall")]);
    assert_eq!(walls.inputs.iter().map(|&e| name(e)).collect::<Vec<_>>(), [Some("slab")]);
    assert_eq!(walls.object.property_sets, [0]);
}

#[test]
fn ifc2x3_tasks_have_their_times_beside_them() {
    let data = "#10=IFCTASK('t1',$,'Walls',$,$,'A1','Started','Hoist',.F.,3);
#11=IFCTASK('t2',$,'Roof',$,$,'A2',$,$,.T.,$);
#12=IFCSCHEDULETIMECONTROL('c',$,'time',$,$,#20,$,$,#20,#21,$,$,$,86400.,3600.,$,0.,172800.,.T.,$,$,$,0.5);
#13=IFCWORKSCHEDULE('s',$,'S',$,$,'id',#20,$,$,864000.,$,#20,$,.PLANNED.,$);
#14=IFCRELASSIGNSTASKS('r',$,$,$,(#10),$,#13,#12);
#15=IFCRELSEQUENCE('q',$,$,$,#10,#11,-7200.,.FINISH_START.);
#20=IFCDATEANDTIME(#22,#23);
#21=IFCCALENDARDATE(9,1,2026);
#22=IFCCALENDARDATE(5,1,2026);
#23=IFCLOCALTIME(8,30,$,#24,$);
#24=IFCCOORDINATEDUNIVERSALTIMEOFFSET(1,0,.AHEAD.);
#30=IFCCREWRESOURCE('w',$,'Crew',$,$,'R1',$,$,$);
#31=IFCRELASSIGNSTORESOURCE('x',$,$,$,(#10),$,#30);
#32=IFCRELASSIGNSTASKS('y',$,$,$,(#11),$,#13,$);";
    let (m, said) = model(step("IFC2X3", data));
    assert_eq!(told(&said), "");
    let p = &m.processes;
    assert_eq!(p.tasks[0].object.identification.as_deref(), Some("A1"));
    let time = p.tasks[0].time.as_ref().unwrap();
    let times = [
        &time.actual_start,
        &time.schedule_start,
        &time.actual_finish,
        &time.schedule_duration,
        &time.actual_duration,
        &time.free_float,
        &time.total_float,
    ];
    assert_eq!(
        times.map(|t| t.as_deref().unwrap_or("-")),
        [
            "2026-01-05T08:30:00+01:00",
            "2026-01-05T08:30:00+01:00",
            "2026-01-09",
            "PT86400S",
            "PT3600S",
            "PT0S",
            "PT172800S"
        ]
    );
    assert_eq!((time.is_critical, time.completion), (Some(true), Some(0.5)));
    assert_eq!(p.sequences[0].lag.as_ref().unwrap().value, LagValue::Duration("-PT7200S".into()));
    let schedule = &p.work_controls[0];
    assert_eq!((schedule.tasks.as_slice(), schedule.duration.as_deref()), (&[0, 1][..], Some("PT864000S")));
    assert_eq!(schedule.object.predefined_type.as_deref(), Some("PLANNED"));
    assert_eq!(p.tasks[0].resources[0].resource, 0);
}

#[test]
fn tasks_that_are_parts_of_themselves_are_told() {
    let data = "#10=IFCTASK('a',$,'a',$,$,$,$,$,$,.F.,$,$,$);
#11=IFCTASK('b',$,'b',$,$,$,$,$,$,.F.,$,$,$);
#12=IFCRELNESTS('r1',$,$,$,#10,(#11));
#13=IFCRELNESTS('r2',$,$,$,#11,(#10));
#14=IFCRELSEQUENCE('q',$,$,$,#10,#99,$,.FINISH_START.,$);
#15=IFCRELSEQUENCE('q2',$,$,$,$,#10,$,.FINISH_START.,$);";
    let (m, said) = model(step("IFC4", data));
    insta::assert_snapshot!(told(&said), @r#"
    G0102 #15
    G0104 #14 #99
    G0204 #10
    "#);
    assert_eq!(m.processes.tasks[0].object.parent, None);
    assert_eq!(m.processes.tasks[0].object.children, [1]);
    assert_eq!(m.processes.tasks[1].object.children, [] as [u32; 0]);
}
