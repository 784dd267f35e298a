package fault

// reset throws unsent data away and sends RST: the caller's read fails with
// ECONNRESET.
var reset = Kind{
	Name:     "reset",
	Doc:      "the connection is reset (TCP RST) before a byte of the answer",
	delivers: Nothing,
	deliver:  func(_ Plan, d delivery, _ Answer) Delivered { return d.hangUp(true) },
}
