package control

// World is what a list of worlds shows.
type World struct {
	Name       string   `json:"name"`
	GatewayURL string   `json:"gateway_url"`
	AppKeys    []string `json:"app_keys"`
	Fixtures   []string `json:"fixtures"`
	Seed       uint64   `json:"seed"`
	Limits     string   `json:"limits"`
	Dialect    string   `json:"dialect"`
	Now        string   `json:"now"` // RFC 3339
	ClockMode  string   `json:"clock_mode"`
	Refunds    int      `json:"refunds"`
	Calls      int64    `json:"calls"`     // kept and dropped
	Scenarios  []string `json:"scenarios"` // the active ones
}

// WorldSpec asks for a world. Absent members are those of the server.
type WorldSpec struct {
	Name     string   `json:"name,omitempty"` // a-z, 0-9, - and _; made if absent
	Fixtures []string `json:"fixtures,omitempty"`
	Seed     *uint64  `json:"seed,omitempty"`
	Clock    string   `json:"clock,omitempty"`   // as --clock
	Limits   string   `json:"limits,omitempty"`  // as --limits
	Dialect  string   `json:"dialect,omitempty"` // as --dialect

	Scenarios []string `json:"scenarios,omitempty"` // switched on from the start; their fixtures are loaded unless others are named
	From      string   `json:"from,omitempty"`      // fork this world as it is now; only Name, Seed and Scenarios go with it
}

// WorldAccess is how to reach a created world. An SDK whose URL can't carry a
// path reaches it by the app_key alone.
type WorldAccess struct {
	Name       string            `json:"name"`
	GatewayURL string            `json:"gateway_url"` // ends in /router/rest
	AppKey     string            `json:"app_key"`
	AppSecret  string            `json:"app_secret"`
	Sessions   map[string]string `json:"sessions"` // the fixture's name of a session -> this world's key
	Apps       []AppAccess       `json:"apps"`     // every app of the fixtures, the first again
	Partner    *PartnerAccess    `json:"partner,omitempty"`
}

// AppAccess are the credentials of one app of a created world.
type AppAccess struct {
	Fixture   string `json:"fixture"` // app_key in the fixture
	AppKey    string `json:"app_key"`
	AppSecret string `json:"app_secret"`
}

// PartnerAccess are the credentials at the partner gateway.
type PartnerAccess struct {
	URL    string   `json:"url"`
	AppID  string   `json:"appid"`
	Secret string   `json:"secret"`
	SysIDs []string `json:"sysids"`
}

// Readiness says how a simulator is that answers.
type Readiness struct {
	Status   string   `json:"status"`             // ok
	Problems []string `json:"problems,omitempty"` // of watched files; the last good state is in use
}

// Clock is a world's time and, after a move, what fell due.
type Clock struct {
	Now   string  `json:"now"` // RFC 3339
	Mode  string  `json:"mode"`
	Fired []Fired `json:"fired"`
}

// Fired is one timer that fell due.
type Fired struct {
	At       string `json:"at"`
	RefundID string `json:"refund_id"`
	From     string `json:"from"`
	To       string `json:"to"`
}

// ClockMove says what to do with a clock: exactly one member is set.
type ClockMove struct {
	Advance string `json:"advance,omitempty"` // such as 72h
	Set     string `json:"set,omitempty"`     // RFC 3339
	Mode    string `json:"mode,omitempty"`    // real, offset, frozen
}
