// Package strict reads YAML, and JSON with it, into Go structs, and leaves nothing unsaid.
//
// A file with five faults gets five messages in one run, each as
//
//	fixtures/shop.yaml:12:5: unknown key "refnds", did you mean "refunds"?
//	      refnds: 3
//	      ^
//
// Decode turns the text into a tree of nodes, which know where they stood, and fills the struct from the
// tree, collecting every problem on the way. The File it returns keeps the tree, so that checks made later,
// by those who know what the content means, complain about the right line too (File.Problemf).
//
// What is refused although YAML allows it, because it surprises people who write files by hand:
// merge keys ("<<"), directives ("%YAML"), tags other than the core ones, more than one document,
// numbers that are not plain decimal ones (0777, 0x1F, 1_000, .nan), the words yes and no as booleans,
// keys that are not text, and keys written twice.
//
// Encode writes what Decode reads, the same bytes for the same value.
//
// It is the only room that imports a YAML library. It must never import another room of the project:
// it knows nothing of refunds, fixtures or scenarios.
package strict
