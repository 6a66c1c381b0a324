//! Which elements of a model answer a selector, in the grammar of IfcOpenShell.
