"""Files of the kinds that are read, and of the kinds that are not: made here, byte by byte where it matters."""

import io
import zipfile

import docx
from docx.shared import Pt, RGBColor
from pypdf import PdfReader, PdfWriter


def pdf(*pages, picture=False):
    """A PDF with a line of text for each line of a page; with ``picture``, an image on each."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for lines in pages:
        drawn = (
            b"BT /F1 11 Tf 14 TL 50 780 Td "
            + b" ".join(b"(%s) Tj T*" % line.encode("latin-1") for line in lines)
            + b" ET"
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        content = len(objects)
        image = b" /XObject << /I 3 0 R >>" if picture else b""
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 "
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>%s >> >>" % (content, image)
        )
        kids.append(len(objects))
    if picture:
        kind = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        objects.append(b"<< " + kind + b" /BitsPerComponent 8 /Length 1 >>" + b"\nstream\n0\nendstream")
        objects = [part.replace(b"/I 3 0 R", b"/I %d 0 R" % len(objects)) for part in objects]
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def encrypted_pdf():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["secret"]))))
    writer.encrypt("password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(*paragraphs, rows=(), hidden=()):
    """A Word file with paragraphs, a table, and text that nobody sees: marked hidden, white, tiny."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    for kind in hidden:
        run = document.add_paragraph("Seen ").add_run(f"unseen {kind}")
        if kind == "marked":
            run.font.hidden = True
        elif kind == "white":
            run.font.color.rgb = RGBColor(255, 255, 255)
        else:
            run.font.size = Pt(1)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(content, name, part, *, instead=False):
    """A Word file with one part more, or with another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for each in before.namelist():
            if not (instead and each == name):
                after.writestr(each, before.read(each))
        after.writestr(name, part)
    return out.getvalue()
