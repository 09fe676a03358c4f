package redox

// Meta is what the Meta section of any message says, in a form that does not
// depend on generated code.
type Meta struct {
	Object

	DataModel     string     `json:"DataModel"`
	EventType     string     `json:"EventType"`
	EventDateTime DateTime   `json:"EventDateTime"`
	Test          Bool       `json:"Test"`
	Source        Endpoint   `json:"Source"`
	Destinations  []Endpoint `json:"Destinations"`
	Logs          []Log      `json:"Logs"`
	Message       RetiredID  `json:"Message"`
	Transmission  RetiredID  `json:"Transmission"`
	FacilityCode  string     `json:"FacilityCode"`
}

// Endpoint is a source or destination of messages.
type Endpoint struct {
	Object

	ID   string `json:"ID"`
	Name string `json:"Name"`
}

// Log identifies a message and one attempt to deliver it. ID stays the same
// when the message is delivered again, AttemptID does not.
type Log struct {
	Object

	ID        string `json:"ID"`
	AttemptID string `json:"AttemptID"`
}

// RetiredID is an identifier that Redox retired in 2023 and older messages carry.
type RetiredID struct {
	Object

	ID Number `json:"ID"`
}

// MarshalJSON returns m with everything that decoding kept.
func (m Meta) MarshalJSON() ([]byte, error) { return Marshal(&m) }

// UnmarshalJSON decodes any JSON object.
func (m *Meta) UnmarshalJSON(data []byte) error { return Unmarshal(data, m) }

// Equal reports whether m and o hold the same data.
func (m Meta) Equal(o Meta) bool { return Equal(&m, &o) }

// MarshalJSON returns e with everything that decoding kept.
func (e Endpoint) MarshalJSON() ([]byte, error) { return Marshal(&e) }

// UnmarshalJSON decodes any JSON object.
func (e *Endpoint) UnmarshalJSON(data []byte) error { return Unmarshal(data, e) }

// Equal reports whether e and o hold the same data.
func (e Endpoint) Equal(o Endpoint) bool { return Equal(&e, &o) }

// MarshalJSON returns l with everything that decoding kept.
func (l Log) MarshalJSON() ([]byte, error) { return Marshal(&l) }

// UnmarshalJSON decodes any JSON object.
func (l *Log) UnmarshalJSON(data []byte) error { return Unmarshal(data, l) }

// Equal reports whether l and o hold the same data.
func (l Log) Equal(o Log) bool { return Equal(&l, &o) }

// MarshalJSON returns r with everything that decoding kept.
func (r RetiredID) MarshalJSON() ([]byte, error) { return Marshal(&r) }

// UnmarshalJSON decodes any JSON object.
func (r *RetiredID) UnmarshalJSON(data []byte) error { return Unmarshal(data, r) }

// Equal reports whether r and o hold the same data.
func (r RetiredID) Equal(o RetiredID) bool { return Equal(&r, &o) }
