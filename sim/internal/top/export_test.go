package top

// Windows returns how many windows of limits are remembered, for the test
// that they are forgotten.
func (d *Dispatcher) Windows() int {
	d.rates.mu.Lock()
	defer d.rates.mu.Unlock()
	return len(d.rates.windows)
}

// The bounds of what is remembered.
const (
	FewWindows  = fewWindows
	ManyWindows = manyWindows
)
