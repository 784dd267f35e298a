// Package sim is topsim as a library: a local simulator of the Taobao Open
// Platform's refund APIs for integration tests.
//
//	s := sim.Run(t)
//	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
//
// It is the door of the house: it assembles the rooms and owns no rules.
//
// # Map
//
//	cmd/topsim          the binary: flags and printing
//	client              a client for the real platform; imports nothing of ours
//	sim                 this package: servers, worlds, Run
//	sim/control         what a test can see and make happen: interface and HTTP client
//	sim/play            plays the steps that a scenario says show it
//	sim/internal/wire   the response tree and its three forms
//	sim/internal/clock  the only wall clock      sim/internal/ids  the only randomness
//	sim/internal/refund the business, pure; machine.go is THE transition table
//	sim/internal/store  go-memdb behind refund.Tx, a file for each table
//	sim/internal/oauth  the authorisation server: codes, tokens, their lifetimes
//	sim/internal/top    TOP's protocol: signature, checks, errors, binding, dispatch
//	sim/internal/method one file for each TOP method; registry.go lists them
//	sim/internal/partner the partner gateway, a translator in front of TOP
//	sim/internal/scenario rules that bend calls: match, count, decide in one step
//	sim/internal/fault  what can go wrong on the connection, a file for each
//	sim/internal/strict YAML with positions      sim/internal/fixture  files to worlds and back
//	sim/internal/journal what arrived, was decided and left
//	sim/internal/ledger  worlds in a file that outlives the process
//	sim/internal/pack   values as bytes that the collector need not look into
//	sim/internal/audit  what the journal and the books prove: verify, lint, invariants
//	sim/internal/gateway the data plane          sim/internal/admin   the control plane, dashboard
//	sim/internal/metrics counts for Prometheus   sim/internal/watch   changed files
//	fixtures scenarios openapi   embedded data
//
// # Who may import whom
//
//	level 0  wire clock ids refund fault pack ledger strict watch metrics    client fixtures scenarios openapi sim/control
//	level 1  sim/play->sim/control,client   top->wire,fault   oauth->wire   store->refund,pack   journal->pack
//	         admin->sim/control,openapi
//	level 2  method->top,refund,oauth,wire   partner->top,wire   scenario->top,fault,wire,strict
//	level 3  fixture->refund,oauth,scenario,strict   audit->journal,refund,scenario,strict
//	         gateway->top,oauth,partner,journal,fault,wire,clock,ids
//	level 4  sim->everything above but client
//	level 5  cmd/topsim->sim,sim/control,sim/play,client
//
// arch_test.go is this law.
//
// # The walk of a request
//
//  1. gateway merges query, form and multipart into a top.Request and picks
//     the world: path prefix, else app_key, else default.
//  2. Time and request_id are taken once; nobody downstream asks again.
//  3. top.Dispatcher runs the checks in order; the first that fails names a
//     row of the table of errors.
//  4. The world's script, its scenarios, decides what becomes of the call: one
//     atomic step of matching, counting and drawing. What it says is done
//     around the next two steps, or in their place.
//  5. The method's parameters are bound and validated; the method runs one
//     operation of package refund in one transaction, after the timers that
//     are due.
//  6. The method words the outcome; a refusal of the domain gets its row.
//  7. wire renders the tree as XML, JSON or simplified JSON; error_response is
//     one more tree.
//  8. gateway keeps a journal entry, waits until a state file has what the call
//     did, if there is one, and sends the bytes, or what a fault leaves of them.
//
// The partner gateway joins at step 3 with an identity that it vouches for,
// and leaves after step 6 into its own envelope. A session may come from
// /authorize and /token: package oauth makes it, and step 3 finds it where it
// finds the fixture's.
package sim
