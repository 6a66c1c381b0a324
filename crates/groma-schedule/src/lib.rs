//! Programmes of work: calendars, the logic network, dates, resources, risk and scenarios. Knows no building.
