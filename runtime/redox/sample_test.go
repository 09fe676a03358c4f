package redox_test

import (
	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// The types below are what generated code looks like, small enough to read.

type visit struct {
	Object

	VisitNumber string     `json:"VisitNumber"`
	Start       DateTime   `json:"StartDateTime"`
	Duration    Number     `json:"Duration"`
	Urgent      Bool       `json:"Urgent"`
	Notes       []string   `json:"Notes"`
	Location    place      `json:"Location"`
	Staff       []person   `json:"Staff"`
	Extension   Raw        `json:"Extension"`
	Scores      []Number   `json:"Scores"`
	Class       string     `json:"Class"`
	Grid        [][]string `json:"Grid"`
	Legacy      string     `json:"Legacy"`
}

func (*visit) RedoxRules() []redoximpl.SchemaRule {
	return []redoximpl.SchemaRule{
		{At: "Class", Keyword: "x-redox-values", Value: `["Inpatient","Outpatient"]`},
		{At: "Legacy", Keyword: "x-redox-retired", Value: `"2023"`},
	}
}

type place struct {
	Object

	Room string `json:"Room"`
	Bed  string `json:"Bed"`
}

type person struct {
	Object

	ID    string   `json:"ID"`
	Name  string   `json:"Name"`
	Roles []string `json:"Roles"`
}

type sample struct {
	Object

	Meta    Meta     `json:"Meta"`
	Visit   visit    `json:"Visit"`
	Persons []person `json:"Persons"`
	Score   Number   `json:"Score"`
}

var staffOutline = []redoximpl.Outline{{Has: "ID! Name Roles"}}

var visitOutline = []redoximpl.Outline{
	{Has: "VisitNumber! StartDateTime Duration Urgent Notes Location Staff Extension Scores Class Grid Legacy"},
	{At: "Location", Has: "Room"},
	{At: "Staff[]", As: staffOutline},
}

var sampleSchema = redoximpl.Schema{
	Type: (*sample)(nil),
	Outline: []redoximpl.Outline{
		{At: "", Has: "Meta! Visit Persons! Score"},
		{At: "Meta", Has: "DataModel! EventType! EventDateTime Test Source"},
		{At: "Meta.Source", Has: "ID Name"},
		{At: "Visit", As: visitOutline},
		{At: "Persons[]", As: staffOutline},
	},
	Rules: []redoximpl.SchemaRule{{At: "Persons[].Name", Keyword: "maxLength", Value: "8"}},
}

// sampleSchemaWith returns sampleSchema with further rules.
func sampleSchemaWith(rules ...redoximpl.SchemaRule) *redoximpl.Schema {
	return &redoximpl.Schema{Type: sampleSchema.Type, Outline: sampleSchema.Outline, Rules: append(rules, sampleSchema.Rules...)}
}

func decodeSample(data []byte) (*sample, Report, error) {
	v := new(sample)
	r, err := sampleSchema.Decode(data, v)
	return v, r, err
}
