"""What travels: safe XML, SOAP envelopes, wire profiles and messages as values."""
