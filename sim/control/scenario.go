package control

// Scenario is a scenario of a world: one that can be switched on, or is on.
type Scenario struct {
	Name     string   `json:"name"`
	Title    string   `json:"title,omitempty"`
	Source   string   `json:"source,omitempty"`   // the evidence for it
	Fixtures []string `json:"fixtures,omitempty"` // what it was made for
	Note     string   `json:"note,omitempty"`     // how far it comes
	From     string   `json:"from"`               // embedded, a file's name, or api
	Active   bool     `json:"active"`
	Rules    []Rule   `json:"rules"`
	Text     string   `json:"text,omitempty"` // the file; only for one scenario by name
}

// Rule is one rule of a scenario with what it has done since it was switched on.
type Rule struct {
	Name    string `json:"name"`
	Does    string `json:"does"`    // in words
	Matched int64  `json:"matched"` // calls that fitted its conditions
	Hits    int64  `json:"hits"`    // calls that it decided about
	Spent   bool   `json:"spent"`   // it will not act again: times is used up, or between is over
}

// AdHoc is the name under which rules that were added by themselves are listed.
const AdHoc = "ad-hoc"
