// Package ledger keeps worlds in one file, so that they outlive the process. It
// knows tables of keys and values and nothing of what they mean; bbolt, which
// no other room imports, keeps them.
//
// Changes are queued in the order in which they happen and written in batches:
// whoever waits for a change writes everything that is queued, and everybody
// else who waits meanwhile shares the next batch. A batch is in the file as a
// whole or not at all. What nobody waits for is written a moment later.
package ledger
