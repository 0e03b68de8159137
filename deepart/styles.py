"""What each style is: when it was, what to look for, who painted so. Our own words; the source of the facts is named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """sentences: two or three plain ones; source: where their facts can be checked."""

    sentences: str
    source: str


_MET = "The Metropolitan Museum of Art, Heilbrunn Timeline of Art History: "
_TATE = "Tate, Art Terms: "
_GOMBRICH = "E. H. Gombrich, The Story of Art, 16th edition, 1995, chapter "

STYLES: dict[str, Style] = {
    "Abstract": Style(
        "From about 1910 on, some painters gave up showing things and let shape, line and colour speak alone. "
        "Look for geometric forms or free marks with nothing to recognise in them. "
        "Wassily Kandinsky, Kazimir Malevich, Piet Mondrian and El Lissitzky were among the first.",
        _TATE + "Abstract art",
    ),
    "Academic art": Style(
        "The manner taught and rewarded by the official academies of Europe, at its height in the 19th century. "
        "Look for smooth paint without visible strokes, careful drawing, and subjects from history, myth or the Bible. "
        "Alexandre Cabanel, William-Adolphe Bouguereau and Jean-Léon Gérôme were its stars.",
        _TATE + "Academic art",
    ),
    "Art Nouveau": Style(
        "A taste of about 1890 to 1910 that wanted one style for posters, furniture, houses and pictures. "
        "Look for long swinging outlines, flat patterns, and forms taken from plants and hair. "
        "Alphonse Mucha, Gustav Klimt and Aubrey Beardsley drew in it.",
        _MET + "Art Nouveau (2006)",
    ),
    "Baroque": Style(
        "The art of the 17th century in Catholic and Protestant Europe, from about 1600. "
        "Look for strong light out of deep shadow, movement, and a moment at its most dramatic. "
        "Caravaggio, Peter Paul Rubens, Diego Velázquez and Rembrandt are its great names.",
        _GOMBRICH + "19 to 21",
    ),
    "Chinese painting": Style(
        "A tradition of more than a thousand years, in ink and colours on silk or paper. "
        "Look for brush lines close to handwriting, empty ground left as mist or sky, and mountains, birds, flowers or figures. "
        "Fan Kuan, Guo Xi and Bada Shanren are among its masters; many works are anonymous.",
        _MET + "Chinese Painting (2008)",
    ),
    "Cubism": Style(
        "Invented in Paris about 1907 to 1914 by Pablo Picasso and Georges Braque. "
        "Look for things broken into facets and seen from several sides at once, in shallow space and often in browns and greys. "
        "Juan Gris and Fernand Léger took it up with clearer forms and colours.",
        _MET + "Cubism (2004)",
    ),
    "Early Renaissance": Style(
        "Italian painting of the 15th century, with Florence at its centre. "
        "Look for newly learned perspective, firm outlines, clear light and figures with weight. "
        "Masaccio, Fra Angelico, Piero della Francesca and Sandro Botticelli painted so.",
        _GOMBRICH + "12 and 13",
    ),
    "Expressionism": Style(
        "A way of painting of the early 20th century, above all in Germany and Austria, that shows feeling rather than looks. "
        "Look for harsh colours, hard strokes and bent or jagged forms. "
        "Ernst Ludwig Kirchner, Emil Nolde and Egon Schiele are known for it; Edvard Munch led the way.",
        _TATE + "Expressionism",
    ),
    "Fauvism": Style(
        "A short-lived French movement, about 1905 to 1908, whose painters were called wild beasts. "
        "Look for pure, unnatural colours laid on in bold patches, with little shading. "
        "Henri Matisse and André Derain began it; Maurice de Vlaminck was with them.",
        _MET + "Fauvism (2004)",
    ),
    "High Renaissance": Style(
        "The decades around 1500 in Florence, Rome and Venice. "
        "Look for balanced groups, soft passages from light to dark, and ideal yet lifelike figures. "
        "Leonardo da Vinci, Michelangelo, Raphael and the young Titian stand for it.",
        _GOMBRICH + "15 and 16",
    ),
    "Impressionism": Style(
        "Painters in France, exhibiting together from 1874 to 1886, who worked in the open air at what the eye catches in a moment. "
        "Look for short broken strokes, bright colours, coloured shadows and everyday scenes. "
        "Claude Monet, Camille Pissarro, Auguste Renoir and Berthe Morisot were of the group.",
        _MET + "Impressionism: Art and Modernity (2004)",
    ),
    "Naive art": Style(
        "Pictures by painters without academic training, admired from about 1900 on. "
        "Look for flat space, even detail near and far, plain colours and things placed as they are known rather than seen. "
        "Henri Rousseau and Niko Pirosmani are the best known.",
        _TATE + "Naïve art",
    ),
    "Northern Renaissance": Style(
        "Painting north of the Alps in the 15th and 16th centuries, in the Low Countries and Germany. "
        "Look for oil paint in fine layers, minute detail of cloth, metal and plants, and sharp-eyed portraits. "
        "Jan van Eyck, Albrecht Dürer, Hans Holbein and Pieter Bruegel are its masters.",
        _GOMBRICH + "12, 14, 17 and 18",
    ),
    "Pointillism": Style(
        "A method of the 1880s: small dots of unmixed colour, set side by side so that the eye blends them. "
        "Look for an even web of dots, still poses and glowing light. "
        "Georges Seurat and Paul Signac worked it out; Henri-Edmond Cross and Théo van Rysselberghe followed.",
        _MET + "Georges Seurat (1859–1891) and Neo-Impressionism (2004)",
    ),
    "Post-Impressionism": Style(
        "A name given later to painters of about 1886 to 1905 who went on from Impressionism in ways of their own. "
        "Look for bright colours used for order or feeling, firm outlines, and strokes that follow the form. "
        "Paul Cézanne, Vincent van Gogh and Paul Gauguin are the three at its centre.",
        _MET + "Post-Impressionism (2004)",
    ),
    "Realism": Style(
        "A movement that began in France about 1848 and painted ordinary people and work without beautifying them. "
        "Look for sober colours, plain daylight and scenes of labour, village and street. "
        "Gustave Courbet and Jean-François Millet led it; Ilya Repin painted so in Russia.",
        _MET + "Nineteenth-Century French Realism (2004)",
    ),
    "Rococo": Style(
        "The light and playful taste of the 18th century that spread from Paris through the courts of Europe. "
        "Look for pale colours, curving lines, silks, gardens, and scenes of love and leisure. "
        "Antoine Watteau, François Boucher, Jean-Honoré Fragonard and Giovanni Battista Tiepolo excelled in it.",
        _TATE + "Rococo",
    ),
    "Romanticism": Style(
        "From the end of the 18th to the middle of the 19th century, painters who set feeling and nature's force above rules. "
        "Look for storms, ruins, far lands, small figures in great landscapes and dramatic light. "
        "Caspar David Friedrich, J. M. W. Turner, Francisco Goya and Eugène Delacroix are its great names.",
        _MET + "Romanticism (2004)",
    ),
    "Symbolism": Style(
        "A current of the late 19th century, from about 1880, that painted dreams, ideas and moods instead of the visible world. "
        "Look for figures from myth, stillness, night or twilight, and colours chosen for their mood. "
        "Gustave Moreau, Odilon Redon and Arnold Böcklin belong to it.",
        _MET + "Symbolism (2007)",
    ),
    "Ukiyo-e": Style(
        "Japanese prints and paintings of the 17th to 19th centuries, of actors, beauties and landscapes. "
        "Look for black outlines, flat colours from wood blocks, cut-off views and writing in the picture. "
        "Kitagawa Utamaro, Katsushika Hokusai and Utagawa Hiroshige made the most famous ones.",
        _MET + "Woodblock Prints in the Ukiyo-e Style (2003)",
    ),
}  # fmt: skip


def about(label: str) -> Style | None:
    """What we know of a style, None for a label that is not ours (a classifier trained on somebody else's folders)."""
    return STYLES.get(label)
