package openapi_test

import (
	"context"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/topsim/topsim/openapi"
)

// TestDocumentsAreValid: the documents are OpenAPI 3.1, every example fits
// its schema, and both forms say the same.
func TestDocumentsAreValid(t *testing.T) {
	for name, forms := range map[string][2][]byte{"admin": {openapi.Admin(), openapi.AdminJSON()}, "top": {openapi.Top(), openapi.TopJSON()}} {
		var texts [2]string
		for i, form := range forms {
			doc, err := openapi3.NewLoader().LoadFromData(form)
			if err != nil {
				t.Fatalf("load %s: %v", name, err)
			}
			if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if !doc.IsOpenAPI31OrLater() || doc.Paths.Len() < 5 {
				t.Errorf("%s: version %s with %d paths", name, doc.OpenAPI, doc.Paths.Len())
			}
			text, err := doc.MarshalJSON()
			if err != nil {
				t.Fatalf("write %s: %v", name, err)
			}
			texts[i] = string(text)
		}
		if texts[0] != texts[1] {
			t.Errorf("%s: YAML and JSON differ", name)
		}
	}
}
