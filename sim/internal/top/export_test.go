package top

import "reflect"

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

// Binder makes what fills a P from text parameters.
func Binder[P any]() (func(params map[string]string) *Fault, error) {
	binder, err := compileBinder(reflect.TypeFor[P]())
	return func(params map[string]string) *Fault {
		var p P
		return binder.bind(params, &p)
	}, err
}
