"""What ГИС субъекта, Иная ИС and ЕМИАС have in common: they take a document and pass it on."""
