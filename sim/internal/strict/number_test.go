package strict_test

import (
	"regexp"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

// What a number is, by hand, is what these expressions say.
func TestPlainNumbers(t *testing.T) {
	whole := regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	float := regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	const letters = "019.eE+-x"
	texts := []string{""}
	for from, length := 0, 0; length < 5; length++ { // every text of up to five letters
		to := len(texts)
		for ; from < to; from++ {
			for _, letter := range letters {
				texts = append(texts, texts[from]+string(letter))
			}
		}
	}
	wholes, floats := 0, 0
	for _, text := range texts {
		isWhole, isFloat := strict.PlainInt(text), strict.PlainFloat(text)
		if isWhole != whole.MatchString(text) || isFloat != float.MatchString(text) {
			t.Fatalf("%q: whole %v, number %v", text, isWhole, isFloat)
		}
		if isWhole {
			wholes++
		}
		if isFloat {
			floats++
		}
	}
	if wholes == 0 || floats <= wholes || floats == len(texts) {
		t.Errorf("%d of %d are numbers, %d whole", floats, len(texts), wholes)
	}
}
