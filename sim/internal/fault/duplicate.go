package fault

// Duplicate is the name of the kind that repeats calls.
const Duplicate = "duplicate"

// duplicate spoils nothing on the connection: whoever delivers has carried the
// call out twice (Plan.Twice).
var duplicate = Kind{
	Name: Duplicate,
	Doc: "the call is carried out twice, as a proxy does that repeats it, and the caller gets the second answer; " +
		"with commit before, the first attempt is lost; a call inside a batch is not repeated",
	runs:     true,
	delivers: Whole,
	deliver:  func(_ Plan, d delivery, a Answer) Delivered { return d.send(a) },
}
