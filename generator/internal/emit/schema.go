package emit

import (
	"github.com/redoxgen/redoxgen/generator/internal/model"
	runtime "github.com/redoxgen/redoxgen/runtime/redox"
)

// SchemaOf returns what generated code says of an event: its outline and its
// rules, and behind them, at their paths in the event, the rules that generated
// concepts state of their own fields.
func SchemaOf(ev *model.Event) ([]runtime.Outline, []runtime.SchemaRule) {
	o := outlineOf(ev)
	rows := make([]runtime.Outline, len(o.rows))
	for i, r := range o.rows {
		rows[i] = runtime.Outline{At: r.at, Has: r.has}
	}
	rules := make([]runtime.SchemaRule, 0, len(o.rules)+len(o.documented))
	for _, list := range [][]rule{o.rules, o.documented} {
		for _, r := range list {
			rules = append(rules, runtime.SchemaRule{At: r.at, Keyword: r.keyword, Value: r.value})
		}
	}
	return rows, rules
}
