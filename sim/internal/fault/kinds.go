package fault

// Kind is one kind of fault.
type Kind struct {
	Name    string   // as scenarios call it
	Doc     string   // one line
	Members []string // what it takes beside kind and commit

	needs    []string // which of them must be given
	runs     bool     // the call is carried out whatever commit says
	delivers Delivered
	status   int // HTTP status in place of the answer's; 0: that one

	shape   func(Spec) (needs, takes []string) // where they depend on one another; nil: needs and Members
	check   func(Spec, Report)                 // what no single member says; nil: nothing
	draws   int                                // how many random values it takes, always
	plan    func(*Plan, []float64)             // puts them into the plan; nil: nothing to put
	deliver func(Plan, delivery, Answer) Delivered
}

// Kinds lists them all.
var Kinds = []Kind{
	delay, reset, timeout, empty, truncate, garbage, html502, wrongContentType, slowBody, status, duplicate,
}

// KindNames returns the names of the kinds.
func KindNames() []string {
	names := make([]string, len(Kinds))
	for i, k := range Kinds {
		names[i] = k.Name
	}
	return names
}

// find returns the kind of a name.
func find(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// kind returns the plan's kind; the zero Plan spoils nothing.
func (p Plan) kind() Kind {
	k, known := find(p.Kind)
	if !known {
		return Kind{runs: true, delivers: Whole, deliver: func(_ Plan, d delivery, a Answer) Delivered { return d.send(a) }}
	}
	return k
}
