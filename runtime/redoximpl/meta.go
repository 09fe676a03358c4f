package redoximpl

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// fillMeta writes the Meta section of the message: the names of the event, and
// what calls of the builder set. It returns what is wrong with it.
func fillMeta(b *Builder, message reflect.Value) (faults []report.Violation) {
	for _, v := range overlay(b, message, &b.meta, true) {
		v.Severity = report.Error
		faults = append(faults, v)
	}
	faults = append(faults, faultyDestinations(b.meta.Destinations)...)
	info := b.message.RedoxEvent()
	overlay(b, message, &redox.Meta{DataModel: info.DataModel, EventType: info.EventType}, true)
	overlay(b, message, &redox.Meta{EventDateTime: redox.DateTimeOf(time.Now())}, false)
	return faults
}

// faultyDestinations returns which destinations name nobody, or one that is
// named before.
func faultyDestinations(list []redox.Endpoint) (faults []report.Violation) {
	named := make(map[string]bool, len(list))
	for i, to := range list {
		path := "Meta.Destinations[" + strconv.Itoa(i) + "].ID"
		switch {
		case to.ID == "":
			faults = append(faults, report.Violation{Path: path, Rule: "required"})
		case named[to.ID]:
			faults = append(faults, report.Violation{Path: path, Rule: report.RuleDuplicate, Want: "another destination"})
		}
		named[to.ID] = true
	}
	return faults
}

// overlay sets the message's Meta section to what meta has set, or only where it
// is unset unless over, and returns what the section cannot hold.
func overlay(b *Builder, message reflect.Value, meta *redox.Meta, over bool) []report.Violation {
	dropped, ok := convert.Assign(compiled(b.schema), "Meta", mem.Of(message.Interface()), metaProgram(), mem.Of(meta), over)
	if ok && (dropped == nil || meta != &b.meta) {
		return dropped
	}
	return overlayText(b, message.Elem(), meta, over)
}

// overlayText is overlay for a meta that was decoded, and may preserve what its
// fields cannot show, for sections with other kinds of fields, and for what is
// refused. It also returns what is wrong with the values of meta.
func overlayText(b *Builder, message reflect.Value, meta *redox.Meta, over bool) []report.Violation {
	faults := faultyMeta(meta)
	text, members, err := encode.WithMembers(metaProgram(), mem.Of(meta))
	if err != nil {
		return faults
	}
	const begin = `{"Meta":`
	for i := range members {
		members[i] += len(begin)
	}
	c, err := convert.Project(compiled(b.schema), []byte(begin+string(text)+`}`), "", members)
	if err != nil {
		return append(faults, report.Violation{Path: "Meta", Rule: "type", Want: "object"})
	}
	merge(message, decodeFor(b, c.Text), origin{}, func(dst, src reflect.Value, _ origin) {
		if over && dst.IsValid() {
			dst.Set(src)
		}
	})
	return append(faults, c.Dropped...)
}

// faultyMeta returns what is wrong with the values of meta: a Number that is not
// a number, text that is not UTF-8.
func faultyMeta(meta *redox.Meta) (faults []report.Violation) {
	for _, v := range encode.Validate(metaProgram(), mem.Of(meta)).Listed {
		if v.Severity == report.Error {
			v.Path = strings.TrimSuffix("Meta."+v.Path, ".")
			faults = append(faults, v)
		}
	}
	return faults
}
