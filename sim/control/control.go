// Package control is the public contract of the back door: what a test can
// see of a simulator and make happen in it. There are two implementations with
// one meaning, in process (sim.Server.Control) and over HTTP ([Dial]).
//
// Amounts are in fen, times in GMT+8. Errors are *[Error].
package control

import "context"

// Control sees and steers the worlds of one simulator. It is safe for
// concurrent use.
type Control interface {
	// Ready returns once both planes answer.
	Ready(ctx context.Context) (Readiness, error)

	// Worlds returns all worlds by name.
	Worlds(ctx context.Context) ([]World, error)
	// CreateWorld makes a world with an app_key, secrets and sessions of its
	// own, or a fork of another one. CodeInvalid names a field that is wrong,
	// CodeConflict a name in use.
	CreateWorld(ctx context.Context, spec WorldSpec) (WorldAccess, error)
	// ResetWorld returns a world to its fixtures, clock and seed, a fork to where
	// it was made.
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

	// Scenarios returns those that can be switched on and those that are, by
	// name; rules that were added by themselves come last, as AdHoc.
	Scenarios(ctx context.Context, world string) ([]Scenario, error)
	// Scenario returns one with its text.
	Scenario(ctx context.Context, world, name string) (Scenario, error)
	// UseScenario switches a scenario on, or on again with its counts at 0. A
	// definition, YAML or JSON, takes the place of the one with that name; none
	// switches on the one that is known. CodeInvalid lists the problems of a
	// definition with their lines.
	UseScenario(ctx context.Context, world, name string, definition []byte) (Scenario, error)
	// StopScenario switches one off; AdHoc takes away the added rules.
	StopScenario(ctx context.Context, world, name string) error
	// StopScenarios switches all off.
	StopScenarios(ctx context.Context, world string) error
	// AddRule puts one rule, YAML or JSON, on top of the active scenarios.
	AddRule(ctx context.Context, world string, rule []byte) (Rule, error)

	// Verify holds the journal against expectations.
	Verify(ctx context.Context, world string, want Expectations) (Verification, error)
	// Lint reports what callers did wrong.
	Lint(ctx context.Context, world string) (LintReport, error)
	// Invariants proves that the money adds up.
	Invariants(ctx context.Context, world string) (Invariants, error)

	// Snapshot returns the whole world as a fixture file, the same bytes for
	// the same state: it can be edited, kept, and given to --fixtures. App
	// secrets, session keys and SMS codes are in it by nature. The journal,
	// which is history, rules that were added by themselves, scenarios that came
	// over the control plane, counts of hits, rate windows and call quotas are
	// not. Apps, sessions and partners are under the fixture's names; the keys
	// that a created world has of its own are not in it.
	Snapshot(ctx context.Context, world string) ([]byte, error)
	// Restore puts a snapshot, or any fixture file, in place of the world, whose
	// journal is empty then. Callers go on with the keys that they hold, and
	// ResetWorld leads back to the world's own fixtures. What the file leaves
	// out of clock, seed, limits, dialect and scenarios is as at the world's
	// start. CodeInvalid lists the problems with their lines, CodeConflict says
	// that an app_key leads to another world.
	Restore(ctx context.Context, world string, snapshot []byte) error
}
