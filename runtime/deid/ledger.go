package deid

import (
	"cmp"
	"slices"
)

// Ledger says what was done, and nothing of values.
type Ledger struct {
	Messages int64            `json:"messages"`
	Failed   int64            `json:"failed"`
	Classes  map[string]int64 `json:"classes"` // values by class, those dropped aside
	Fields   []LedgerField    `json:"fields"`
}

// LedgerField is a field, or a place of which unknown members or extensions were dropped.
type LedgerField struct {
	Path   string `json:"path"`
	Class  string `json:"class"`
	Action Action `json:"action"`
	Count  int64  `json:"count"`
}

// Ledger returns what was done so far.
func (d *Deidentifier) Ledger() Ledger {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := Ledger{Messages: d.messages.Load(), Failed: d.failed.Load(), Classes: make(map[string]int64), Fields: []LedgerField{}}
	counts := make(map[LedgerField]int64)
	for _, f := range d.fields {
		n := f.count.Load()
		if n == 0 {
			continue
		}
		counts[LedgerField{Path: f.path, Class: f.class.String(), Action: f.action}] += n
		if f.action != Drop {
			l.Classes[f.class.String()] += n
		}
	}
	for f, n := range counts {
		f.Count = n
		l.Fields = append(l.Fields, f)
	}
	slices.SortFunc(l.Fields, func(a, b LedgerField) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Class, b.Class)) })
	return l
}
