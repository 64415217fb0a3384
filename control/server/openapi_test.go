package server

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"utrace/control"
)

// TestOpenAPI holds the document and the server together: the same paths and
// methods, and the same members of every object.
func TestOpenAPI(t *testing.T) {
	text, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths      map[string]map[string]any
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]any
			}
		}
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range doc.Paths {
		for method := range item {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	served := []string{"GET /v1/events"}
	for pattern := range routes {
		served = append(served, pattern)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described:\n%s\nserved:\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
	for _, v := range []any{
		control.Session{}, control.Kind{}, control.Task{}, control.Engine{}, control.Instance{}, control.Attach{}, control.Set{},
		control.Action{}, control.Held{}, control.Decision{}, control.Settled{}, control.Event{}, control.Error{},
	} {
		typ := reflect.TypeOf(v)
		schema, ok := doc.Components.Schemas[typ.Name()]
		if !ok {
			t.Errorf("%s is not described", typ.Name())
			continue
		}
		var members []string
		for i := range typ.NumField() {
			name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			members = append(members, name)
			if _, ok := schema.Properties[name]; !ok {
				t.Errorf("%s: %s is not described", typ.Name(), name)
			}
			if required := slices.Contains(schema.Required, name); required == (options == "omitempty") {
				t.Errorf("%s: %s: required %v, omitempty %v", typ.Name(), name, required, options == "omitempty")
			}
		}
		for name := range schema.Properties {
			if !slices.Contains(members, name) {
				t.Errorf("%s: there is no %s", typ.Name(), name)
			}
		}
	}
}
