package sso

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/sso"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Claims are what an assertion says of the user, and of what is open in the EHR. All
// may be empty but Expires. A claim of another type than its field is in Raw alone.
type Claims struct {
	Issuer   string    `json:"-"`
	Subject  string    `json:"-"` // the user, often a URI
	Audience []string  `json:"-"`
	ID       string    `json:"-"` // of the assertion
	IssuedAt time.Time `json:"-"` // zero if it is not said
	Expires  time.Time `json:"-"`

	Name         string       `json:"name"`
	GivenName    string       `json:"given_name"`
	MiddleName   string       `json:"middle_name"`
	FamilyName   string       `json:"family_name"`
	Email        string       `json:"email"`
	PhoneNumber  string       `json:"phone_number"`
	NPI          string       `json:"npi"`
	Zoneinfo     string       `json:"zoneinfo"` // such as America/Chicago
	Locale       string       `json:"locale"`   // such as en-US
	PatientIDs   []Identifier `json:"patient_ids"`
	VisitID      string       `json:"visit_id"`
	FacilityID   string       `json:"facility_id"`
	DepartmentID string       `json:"department_id"`

	Raw json.RawMessage `json:"-"` // all claims
}

// Identifier is an identifier of a patient.
type Identifier struct {
	ID     string `json:"id"`
	IDType string `json:"id_type"`
}

func newClaims(registered jwt.Claims, raw json.RawMessage) *Claims {
	c := new(Claims)
	// An error is for a claim of another type, which leaves its field empty: nobody is
	// kept from the application for it.
	_ = json.Unmarshal(raw, c)
	c.Issuer, c.Subject, c.Audience, c.ID = registered.Issuer, registered.Subject, registered.Audience, registered.ID
	if registered.IssuedAt != nil {
		c.IssuedAt = registered.IssuedAt.Time()
	}
	c.Expires, c.Raw = registered.Expiry.Time(), raw
	return c
}

// Format writes a placeholder for every verb: the claims name a user and a patient.
func (Claims) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "sso.Claims(withheld)") }

// LogValue is a placeholder.
func (Claims) LogValue() slog.Value { return slog.StringValue("sso.Claims(withheld)") }

// SignOn returns the claims as the message SSO.Sign-on that Redox would send for them.
// The facility and department of the visit are those that the claims give IDs of.
func (c *Claims) SignOn() *sso.SignOn {
	s := &sso.SignOn{
		Meta:    common.Meta{DataModel: sso.DataModel, EventType: sso.EventTypeSignOn},
		Subject: c.Subject, Expiration: redox.DateTimeOf(c.Expires),
		Name: c.Name, FirstName: c.GivenName, MiddleName: c.MiddleName, LastName: c.FamilyName,
		EmailAddress: c.Email, NPI: c.NPI, TimeZone: c.Zoneinfo, Locale: c.Locale,
		PhoneNumber: common.OfficePhone{Office: c.PhoneNumber},
		Visit: sso.Visit{
			VisitNumber: c.VisitID,
			Location:    common.Location{Facility: c.FacilityID, Department: c.DepartmentID},
		},
	}
	if !c.IssuedAt.IsZero() {
		s.IssuedAt = redox.DateTimeOf(c.IssuedAt)
		s.Meta.EventDateTime = s.IssuedAt
	}
	for _, id := range c.PatientIDs {
		s.Patient.Identifiers = append(s.Patient.Identifiers, common.Identifier{ID: id.ID, IDType: id.IDType})
	}
	return s
}
