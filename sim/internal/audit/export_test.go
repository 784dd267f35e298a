package audit

// What the tests hold against other rooms.
var (
	StateKeys  = stateKeys
	Neighbours = neighbours
)
