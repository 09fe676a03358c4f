package emit

import (
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// SchemaOf returns what generated code says of an event: its outline and its
// rules, and behind them, at their paths in the event, the rules that generated
// concepts state of their own fields.
func SchemaOf(ev *model.Event) ([]redoximpl.Outline, []redoximpl.SchemaRule) {
	o := outlineOf(ev)
	rules := make([]redoximpl.SchemaRule, 0, len(o.rules)+len(o.documented))
	for _, list := range [][]rule{o.rules, o.documented} {
		for _, r := range list {
			rules = append(rules, redoximpl.SchemaRule{At: r.at, Keyword: r.keyword, Value: r.value})
		}
	}
	return outlineRows(o.root, "", nil), rules
}

// outlineRows appends the rows of d, which is at a path in its event.
func outlineRows(d *object, at string, rows []redoximpl.Outline) []redoximpl.Outline {
	rows = append(rows, redoximpl.Outline{At: at, Has: d.has})
	for _, p := range d.parts {
		rows = outlineRows(p, fieldpath.Join(at, p.at), rows)
	}
	return rows
}
