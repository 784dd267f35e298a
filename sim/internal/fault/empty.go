package fault

// empty ends the stream before it begins.
var empty = Kind{
	Name:     "empty",
	Doc:      "the connection is closed at once without a byte; the caller sees the end of the stream",
	delivers: Nothing,
	deliver:  func(_ Plan, d delivery, _ Answer) Delivered { return d.hangUp(false) },
}
