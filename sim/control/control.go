// Package control is the public contract of the back door: what a test can
// see of a simulator and make happen in it. There are two implementations with
// one meaning, in process (sim.Server.Control) and over HTTP ([Dial]).
//
// Amounts are in fen, times in GMT+8. Errors are *[Error].
package control

import (
	"context"
	"time"
)

// Control sees and steers the worlds of one simulator. It is safe for
// concurrent use.
type Control interface {
	// Ready returns nil once both planes answer.
	Ready(ctx context.Context) error

	// Worlds returns all worlds by name.
	Worlds(ctx context.Context) ([]World, error)
	// CreateWorld makes a world with an app_key, secrets and sessions of its
	// own. CodeInvalid names a field that is wrong, CodeConflict a name in use.
	CreateWorld(ctx context.Context, spec WorldSpec) (WorldAccess, error)
	// ResetWorld returns a world to its fixtures, clock and seed.
	ResetWorld(ctx context.Context, world string) error
	// DropWorld removes a world; the default one stays (CodeConflict).
	DropWorld(ctx context.Context, world string) error

	// Refunds returns refunds by id, without their timelines.
	Refunds(ctx context.Context, world string, q RefundQuery) ([]Refund, error)
	// Refund returns one refund with its timeline.
	Refund(ctx context.Context, world, id string) (Refund, error)
	// CreateRefund makes a refund; id and version are made if absent.
	CreateRefund(ctx context.Context, world string, r NewRefund) (Refund, error)
	// Act lets the other side act. CodeConflict: not possible in this status.
	Act(ctx context.Context, world, id string, e Event) (Refund, error)

	// SMS returns the outbox, newest last. With Wait it blocks until a message
	// matches or the time is over; then the list is empty.
	SMS(ctx context.Context, world string, q SMSQuery) ([]SMS, error)

	// Clock returns the world's time.
	Clock(ctx context.Context, world string) (Clock, error)
	// MoveClock moves or stops the clock and returns what fell due, in order.
	MoveClock(ctx context.Context, world string, m ClockMove) (Clock, error)

	// Journal returns calls of the data plane, oldest first.
	Journal(ctx context.Context, world string, q JournalQuery) (Journal, error)
	// JournalEntry returns one call by its request_id.
	JournalEntry(ctx context.Context, world, requestID string) (Entry, error)
	// Explain says how the signature of a call should have been made and, for a
	// refused one, which known mistake gives the sign that was received.
	Explain(ctx context.Context, world, requestID string) (Explanation, error)
	// ClearJournal empties the journal.
	ClearJournal(ctx context.Context, world string) error
}

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
	Calls      int64    `json:"calls"` // kept and dropped
}

// WorldSpec asks for a world. Absent members are those of the server.
type WorldSpec struct {
	Name     string   `json:"name,omitempty"` // a-z, 0-9, - and _; made if absent
	Fixtures []string `json:"fixtures,omitempty"`
	Seed     *uint64  `json:"seed,omitempty"`
	Clock    string   `json:"clock,omitempty"`   // as --clock
	Limits   string   `json:"limits,omitempty"`  // as --limits
	Dialect  string   `json:"dialect,omitempty"` // as --dialect
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

// RefundQuery narrows a list; empty members match everything.
type RefundQuery struct {
	Shop   string
	Status string // TOP name, such as WAIT_SELLER_AGREE
}

// Refund is a refund as the world has it.
type Refund struct {
	ID            string   `json:"id"`
	Shop          string   `json:"shop"`
	Order         string   `json:"order,omitempty"`
	DisputeType   string   `json:"dispute_type"`
	Status        string   `json:"status"`
	StatusNumber  int      `json:"status_number"`
	RefundFee     int64    `json:"refund_fee"` // fen
	Paid          int64    `json:"paid"`       // fen
	TotalFee      int64    `json:"total_fee"`  // fen
	RefundPhase   string   `json:"refund_phase"`
	RefundVersion int64    `json:"refund_version"`
	GoodsStatus   string   `json:"goods_status"`
	Reviewed      bool     `json:"reviewed"`
	CSStatus      int      `json:"cs_status"`
	OutBizID      string   `json:"out_biz_id,omitempty"`
	Created       string   `json:"created"`
	Modified      string   `json:"modified"`
	Deadline      string   `json:"deadline,omitempty"`
	RefundInfo    string   `json:"refund_info"` // ready for refund_infos
	Timeline      []Change `json:"timeline,omitempty"`
}

// Change is one line of a timeline.
type Change struct {
	Step      int    `json:"step"`
	At        string `json:"at"`
	Event     string `json:"event"`
	Role      string `json:"role"` // buyer, seller, platform, timer, or fixture for what a file or CreateRefund made
	Account   string `json:"account,omitempty"`
	From      string `json:"from"`
	To        string `json:"to"`
	Version   int64  `json:"version"`
	RefundFee int64  `json:"refund_fee"`
	RequestID string `json:"request_id,omitempty"`
}

// NewRefund is one entry of a fixture's refund list, with the same names.
type NewRefund struct {
	ID                ID     `json:"id,omitempty"`
	Shop              string `json:"shop"`
	Order             ID     `json:"order,omitempty"`
	Oid               ID     `json:"oid,omitempty"`
	DisputeType       string `json:"dispute_type,omitempty"`
	Status            string `json:"status,omitempty"`
	RefundFee         int64  `json:"refund_fee"`
	TotalFee          int64  `json:"total_fee,omitempty"`
	RefundPhase       string `json:"refund_phase,omitempty"`
	RefundVersion     int64  `json:"refund_version,omitempty"`
	GoodsStatus       string `json:"goods_status,omitempty"`
	Reviewed          bool   `json:"reviewed,omitempty"`
	CSStatus          int    `json:"cs_status,omitempty"`
	Constraint        string `json:"operation_contraint,omitempty"`
	SpecialRefundType string `json:"special_refund_type,omitempty"`
	BuyerID           ID     `json:"buyer_id,omitempty"`
	BuyerNick         string `json:"buyer_nick,omitempty"`
	BuyerOpenUID      string `json:"buyer_open_uid,omitempty"`
	Reason            string `json:"reason,omitempty"`
	Desc              string `json:"desc,omitempty"`
	Title             string `json:"title,omitempty"`
	SKU               string `json:"sku,omitempty"`
	OuterID           string `json:"outer_id,omitempty"`
	Attribute         string `json:"attribute,omitempty"`
	AlipayNo          string `json:"alipay_no,omitempty"`
	Num               int64  `json:"num,omitempty"`
	NumIID            ID     `json:"num_iid,omitempty"`
	Address           string `json:"address,omitempty"`
	CompanyName       string `json:"company_name,omitempty"`
	Sid               string `json:"sid,omitempty"`
	Created           string `json:"created,omitempty"` // "2006-01-02 15:04:05" in GMT+8, or RFC 3339
	Modified          string `json:"modified,omitempty"`
	Deadline          string `json:"deadline,omitempty"`
}

// Event is something that the other side does.
type Event struct {
	Event       string `json:"event"` // buyer_modify, buyer_cancel, buyer_ship_return, seller_ship, seller_receive_return, platform_intervene, platform_release
	RefundFee   int64  `json:"refund_fee,omitempty"`
	DisputeType string `json:"dispute_type,omitempty"`
	Reason      string `json:"reason,omitempty"`
	CompanyName string `json:"company_name,omitempty"`
	Sid         string `json:"sid,omitempty"`
}

// SMSQuery narrows the outbox; empty members match everything.
type SMSQuery struct {
	To       string // phone number or nick of the main account
	RefundID string
	After    int64         // only messages with a higher Seq
	Wait     time.Duration // real time, at most MaxWait
}

// MaxWait bounds SMSQuery.Wait.
const MaxWait = 30 * time.Second

// SMS is one message of the outbox.
type SMS struct {
	Seq       int64    `json:"seq"`
	At        string   `json:"at"`
	To        string   `json:"to"`
	Shop      string   `json:"shop"`
	Account   string   `json:"account"`
	Code      string   `json:"code"`
	Text      string   `json:"text"`
	RefundIDs []string `json:"refund_ids"`
	RequestID string   `json:"request_id"`
	Expires   string   `json:"expires"`
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

// JournalQuery narrows a journal; empty members match everything.
type JournalQuery struct {
	Method   string
	RefundID string
	Outcome  string // ok, challenge, partial, failed, error
	After    int64  // only entries with a higher Seq
	Limit    int    // the newest that many; 0: all
}

// Journal is a world's calls.
type Journal struct {
	Entries []Entry `json:"entries"`
	Dropped int64   `json:"dropped"` // older entries that had to make room
}

// Entry is one call of the data plane. Session keys are masked, and so are the
// secrets, codes and tokens of OAuth.
type Entry struct {
	Seq       int64             `json:"seq"`
	At        string            `json:"at"`
	RequestID string            `json:"request_id"`
	Door      string            `json:"door"` // top, batch, partner or oauth
	Verb      string            `json:"verb"`
	Path      string            `json:"path"`
	Method    string            `json:"method"`
	AppKey    string            `json:"app_key"`
	Account   string            `json:"account,omitempty"`
	Params    map[string]string `json:"params"`
	Files     []string          `json:"files,omitempty"`
	Outcome   string            `json:"outcome"`
	Check     string            `json:"check,omitempty"` // the gateway check that refused
	Error     string            `json:"error,omitempty"` // key of the error table
	Code      int               `json:"code,omitempty"`
	SubCode   string            `json:"sub_code,omitempty"`
	Detail    string            `json:"detail,omitempty"` // why it was refused, beyond what the caller was told
	RefundIDs []string          `json:"refund_ids,omitempty"`
	Effects   []string          `json:"effects,omitempty"` // what changed
	Status    int               `json:"status"`
	Body      string            `json:"body"`
}

// Explanation is what is behind a signature. No secret is in it.
type Explanation struct {
	RequestID  string      `json:"request_id"`
	SignMethod string      `json:"sign_method"` // the digest that the call asked for
	Received   string      `json:"received"`    // the sign that arrived
	Expected   string      `json:"expected"`    // the sign that would have been right
	Right      bool        `json:"right"`
	Mistake    string      `json:"mistake,omitempty"` // such as other_digest or unsorted; "" if none that is known fits
	Advice     string      `json:"advice"`
	BaseString string      `json:"base_string"`          // what should have been signed
	Signed     string      `json:"signed,omitempty"`     // what was signed instead, if it is known
	Difference *Difference `json:"difference,omitempty"` // the first between the two
}

// Difference is where two texts part.
type Difference struct {
	At       int    `json:"at"`       // character, from 0
	Expected string `json:"expected"` // the text from a little before there
	Signed   string `json:"signed"`
}
