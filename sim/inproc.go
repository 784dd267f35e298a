package sim

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// inproc is the control plane without a network between.
type inproc struct{ server *Server }

// Control returns the simulator's control plane, in process.
func (s *Server) Control() control.Control {
	if s.config.ledger != nil {
		return durable{inproc: inproc{s}}
	}
	return inproc{s}
}

// world finds a world and what is live in it.
func (c inproc) world(name string) (*world, *live, error) {
	w, ok := c.server.find(name)
	if !ok {
		return nil, nil, control.NotFound("no world named %q", name)
	}
	return w, w.live(), nil
}

// stamp writes a time as RFC 3339 in GMT+8, with milliseconds; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(wire.Zone).Format("2006-01-02T15:04:05.000Z07:00")
}

// Ready implements control.Control: a server that exists has its worlds.
func (c inproc) Ready(context.Context) (control.Readiness, error) {
	return control.Readiness{Status: "ok", Problems: c.server.reloader.unready()}, nil
}

// Worlds implements control.Control.
func (c inproc) Worlds(context.Context) ([]control.World, error) {
	list := []control.World{}
	for _, w := range c.server.all() {
		l := w.live()
		info := control.World{
			AppKeys: []string{},
			Name:    w.spec.name, GatewayURL: c.gatewayURL(w), Fixtures: w.spec.fixtures, Seed: l.spec.seed,
			Limits: l.spec.limits.Name, Dialect: string(l.spec.dialect),
			Scenarios: l.stage.active(l.door.Clock.Now()), Now: stamp(l.door.Clock.Now()), ClockMode: string(l.door.Clock.Mode()), Calls: l.door.Journal.Added(),
		}
		for _, a := range l.spec.data.Apps {
			key := a.AppKey
			if l.spec.own != nil {
				key = l.spec.own.apps[key].AppKey
			}
			info.AppKeys = append(info.AppKeys, key)
		}
		l.store.Read(func(tx *store.Tx) { info.Refunds = tx.Count("") })
		list = append(list, info)
	}
	return list, nil
}

// gatewayURL is what an SDK takes as its server URL.
func (c inproc) gatewayURL(w *world) string {
	return c.server.URL() + w.pathPrefix() + "/router/rest"
}

func (w *world) pathPrefix() string {
	if w.spec.own == nil {
		return ""
	}
	return "/w/" + w.spec.name
}

// maxNamed bounds the fixtures and the scenarios that a world is made with: each
// is read, and read again with every reset.
const maxNamed = 200

var worldName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// CreateWorld implements control.Control.
func (c inproc) CreateWorld(_ context.Context, in control.WorldSpec) (control.WorldAccess, error) {
	spec, err := c.spec(in)
	if err != nil {
		return control.WorldAccess{}, err
	}
	for {
		w, err := c.server.create(spec)
		var taken *control.Error
		if spec.name == "" && errors.As(err, &taken) && taken.Field == "name" {
			continue // somebody else got the name that was made
		}
		if err != nil {
			return control.WorldAccess{}, err
		}
		return c.access(w), nil
	}
}

// spec reads what a created world starts from; the server's own settings stand
// in for what is absent.
func (c inproc) spec(in control.WorldSpec) (worldSpec, error) {
	s := c.server
	spec := worldSpec{
		name: in.Name, fixtures: in.Fixtures, seed: s.config.seed, clock: s.config.clock, limits: s.config.limits, dialect: s.config.dialect,
	}
	if in.Name != "" && !worldName.MatchString(in.Name) {
		return spec, control.Invalid("name", "%q: want up to 63 of a-z, 0-9, - and _, the first a letter or digit", in.Name)
	}
	for field, names := range map[string][]string{"fixtures": in.Fixtures, "scenarios": in.Scenarios} {
		if len(names) > maxNamed {
			return spec, control.Invalid(field, "%d names, at most %d", len(names), maxNamed)
		}
	}
	if in.From != "" {
		return c.fork(in)
	}
	spec.asked = s.config.asked()
	if in.Seed != nil {
		spec.seed, spec.asked.seed = *in.Seed, true
	}
	var err error
	if in.Clock != "" {
		if spec.clock, err = clock.Parse(in.Clock); err != nil {
			return spec, control.Invalid("clock", "%v", err)
		}
		spec.asked.clock = true
	}
	if in.Limits != "" {
		var known bool
		if spec.limits, known = refund.Profile(in.Limits); !known {
			return spec, control.Invalid("limits", "no profile %q; want current, 2023 or 2014", in.Limits)
		}
		spec.asked.limits = true
	}
	if in.Dialect != "" {
		spec.dialect = top.Dialect(in.Dialect)
		if spec.dialect != top.Documented && spec.dialect != top.Captured {
			return spec, control.Invalid("dialect", "no dialect %q; want documented or captured", in.Dialect)
		}
		spec.asked.dialect = true
	}
	spec.scenarios, spec.asked.scenarios = in.Scenarios, in.Scenarios != nil || spec.asked.scenarios
	for i, name := range spec.scenarios {
		if _, known := s.config.library.find(name); !known {
			return spec, control.Invalid(fmt.Sprintf("scenarios[%d]", i), "%s", s.config.library.unknown(name))
		}
	}
	if len(in.Fixtures) == 0 {
		if spec.fixtures = s.config.library.fixtures(in.Scenarios); len(spec.fixtures) == 0 {
			spec.fixtures = s.config.fixtures
		}
	}
	for i, name := range spec.fixtures { // the network must not read the server's disk at will
		if !slices.Contains(EmbeddedFixtures(), name) && !slices.Contains(s.config.fixtures, name) {
			return spec, control.Invalid(fmt.Sprintf("fixtures[%d]", i), "%q is neither embedded nor among --fixtures", name)
		}
	}
	if err := spec.fill(s.config.library); err != nil {
		return spec, control.Invalid("fixtures", "%v", err)
	}
	return spec, nil
}

// freeName makes a name that no world has. The caller holds the lock.
func (s *Server) freeName(seed uint64) string {
	names := ids.NewKeys(seed, "world names")
	for {
		name := "w-" + names.Token(6)
		if _, taken := s.worlds[name]; !taken {
			return name
		}
	}
}

func (c inproc) access(w *world) control.WorldAccess {
	own := w.spec.own
	access := control.WorldAccess{Name: w.spec.name, GatewayURL: c.gatewayURL(w), Sessions: own.sessions, Apps: []control.AppAccess{}}
	for _, a := range w.spec.data.Apps {
		access.Apps = append(access.Apps, own.apps[a.AppKey])
	}
	if len(access.Apps) > 0 {
		access.AppKey, access.AppSecret = access.Apps[0].AppKey, access.Apps[0].AppSecret
	}
	if partners := w.spec.data.Partners; len(partners) > 0 {
		p := own.partners[partners[0].AppID]
		p.URL = c.server.URL() + w.pathPrefix() + "/gateway/taobao/refund/agree"
		access.Partner = &p
	}
	return access
}

// ResetWorld implements control.Control.
func (c inproc) ResetWorld(_ context.Context, name string) error {
	w, _, err := c.world(name)
	if err != nil {
		return err
	}
	if w.restored {
		return c.unrestored(w)
	}
	return w.reset()
}

// DropWorld implements control.Control.
func (c inproc) DropWorld(_ context.Context, name string) error {
	if name == DefaultWorld {
		return control.Conflict("the default world stays; reset it instead")
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	w, ok := c.server.worlds[name]
	if !ok {
		return control.NotFound("no world named %q", name)
	}
	c.server.remove(w)
	c.server.config.ended(name) // before anybody sees that it is gone
	return nil
}

// refused turns a refusal of the domain into an error of the control plane.
func refused(err error) error {
	var no *refund.Error
	if !errors.As(err, &no) {
		return err
	}
	switch no.Code {
	case refund.ErrNotFound:
		return control.NotFound("%s", no.Detail)
	case refund.ErrOperation:
		return control.Invalid("event", "%s", no.Detail)
	case refund.ErrFee:
		return control.Invalid("refund_fee", "%s", no.Detail)
	case refund.ErrParameter:
		return &control.Error{Code: control.CodeConflict, Field: "id", Message: no.Detail}
	case refund.ErrForeignOrder:
		return control.Invalid("order", "%s", no.Detail)
	}
	return control.Conflict("%s", no.Detail)
}
